-- R09: an ambulance tariff on a ride without transport: an amount on its own code, or a ride or kilometres beside it.
with without_transport as (
    select d.*
    from {{ ref('int_debits_live') }} as d
    semi join {{ ref('performance_code_role') }} as r
        on d.performance_code = r.performance_code and r.role = 'ride_without_transport'
    where d.sector = 'rav'
),

-- Of the many rides only those of an instant that one without transport has.
rides as (
    select d.*
    from {{ ref('int_debits_live') }} as d
    semi join without_transport as w on d.service_start = w.service_start
    semi join {{ ref('performance_code_role') }} as r
        on d.performance_code = r.performance_code and r.role in ('ride', 'kilometre')
    where d.sector = 'rav'
),

beside as (
    select
        r.provider_agb,
        r.declaration_id,
        r.amount_cents,
        w.declaration_id as counter_declaration_id,
    from rides as r
    inner join without_transport as w
        on
            r.provider_agb = w.provider_agb
            and r.patient_key = w.patient_key
            and r.service_start = w.service_start
    qualify row_number() over (
        partition by r.provider_agb, r.declaration_id
        order by w.declared_on, w.declaration_id
    ) = 1
)

select
    'R09' as rule,
    provider_agb,
    declaration_id,
    cast(null as varchar) as counter_provider_agb,
    cast(null as varchar) as counter_declaration_id,
    amount_cents as risk_cents,
    amount_cents as disputed_cents,
from without_transport
where amount_cents > 0
union all
select
    'R09' as rule,
    provider_agb,
    declaration_id,
    provider_agb as counter_provider_agb,
    counter_declaration_id,
    amount_cents as risk_cents,
    amount_cents as disputed_cents,
from beside
