-- Debits beside an indication that an arrangement on the transition to its law allows. It allows the care of either
-- law: what both pay meanwhile is not double.
select distinct
    d.provider_agb,
    d.declaration_id,
    d.framework,
from {{ ref('int_debits_indicated') }} as d
inner join {{ ref('int_arrangements_current') }} as a
    on
        d.framework = a.to_framework
        and d.legal_framework in (a.from_framework, a.to_framework)
        and d.service_on between a.valid_from and a.valid_until
        and coalesce(d.region_code = a.region_code, true)
        and coalesce(d.insurer_uzovi = a.insurer_uzovi, true)
        and (
            coalesce(list_contains(a.performance_codes, d.performance_code), false)
            or coalesce(d.function = a.function, false)
        )
        and case a.anchor
            when 'indication' then d.service_on <= d.indicated_from + a.days
            -- As long as nobody was admitted the transition has not begun to end.
            when 'admission' then coalesce(d.service_on <= d.admitted_on + a.days, true)
            when 'death' then coalesce(d.service_on between d.died_on and d.died_on + a.days, false)
        end
