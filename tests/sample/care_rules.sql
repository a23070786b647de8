-- What rules R05 to R10, R17 and R18 find in the relations of live.sql: one row per rule, declaration and other side.
with allocation as (
    select
        a.region_code,
        a.function,
        a.provider_agb,
        a.valid_from::date as valid_from,
        coalesce(a.valid_to::date, date '9999-12-31') as valid_to,
    from function_allocations as a
    inner join provider as p on a.provider_agb = p.agb
    where p.sector = 'zco'
),

indication as (
    select
        patient_key,
        framework,
        with_treatment = 'true' as with_treatment,
        valid_from::date as valid_from,
        coalesce(valid_to::date, date '9999-12-31') as valid_to,
    from legal_indications
),

placed as (
    select
        l.*,
        p.region_code,
        l.declared_framework as framework,
        (
            select max(c.offered_at::timestamptz)
            from contacts as c
            where
                c.provider_agb = l.provider_agb
                and c.episode_id = l.episode_id
                and c.offered_at::timestamptz <= l.service_start
        ) as contact,
        case
            when l.sector = 'hap' then 'post'
            when l.sector in ('seh', 'hospital') then 'hospital'
        end as side,
    from (select *, legal_framework as declared_framework from live) as l
    inner join provider as p on l.provider_agb = p.agb
),

r05 as (
    select
        'R05' as rule,
        l.provider_agb,
        l.declaration_id,
        null as counter_id,
        concat_ws(
            '/', 'allocation', a.region_code, a.function, a.provider_agb, a.valid_from
        ) as counter_line,
        l.amount_cents as disputed_cents,
        l.amount_cents as at_risk_cents,
    from placed as l
    inner join allocation as a using (region_code, function)
    where l.sector <> 'zco' and l.day > a.valid_from and l.day <= a.valid_to
),

r06_r07 as (
    select
        if(l.sector in ('district_nursing', 'elv'), 'R06', 'R07') as rule,
        l.provider_agb,
        l.declaration_id,
        null as counter_id,
        concat_ws('/', 'indication', i.framework, i.valid_from) as counter_line,
        l.amount_cents as disputed_cents,
        l.amount_cents as at_risk_cents,
    from placed as l
    inner join indication as i using (patient_key)
    where
        i.framework = 'Wlz'
        and l.day between i.valid_from and i.valid_to
        and (
            l.sector in ('district_nursing', 'elv')
            and l.legal_framework <> 'Wlz'
            or l.sector in ('gp', 'pharmacy', 'maternity', 'acute_ggz')
            and l.legal_framework = 'Zvw'
            and i.with_treatment
        )
),

r08 as (
    select distinct
        'R08' as rule,
        l.provider_agb,
        l.declaration_id,
        e.declaration_id as counter_id,
        null as counter_line,
        l.amount_cents as disputed_cents,
        l.amount_cents as at_risk_cents,
    from placed as l
    inner join indication as i using (patient_key)
    inner join placed as e using (patient_key, function)
    where
        l.legal_framework <> e.legal_framework
        and (l.function <> 'care' or l.performance_code = e.performance_code)
        and i.framework in (l.legal_framework, e.legal_framework)
        and least(l.day, e.day) > i.valid_from + 42
        and greatest(l.day, e.day) <= i.valid_to
        and e.place < l.place
),

r09 as (
    select
        'R09' as rule,
        l.provider_agb,
        l.declaration_id,
        e.declaration_id as counter_id,
        null as counter_line,
        l.amount_cents as disputed_cents,
        l.amount_cents as at_risk_cents,
    from placed as l
    left join placed as e
        on
            l.performance_code <> 'AM004'
            and e.performance_code = 'AM004'
            and l.provider_agb = e.provider_agb
            and l.patient_key = e.patient_key
            and l.service_start = e.service_start
    where
        l.performance_code = 'AM004' and l.amount_cents > 0
        or l.performance_code in ('AM001', 'AM002', 'AM003') and e.provider_agb is not null
),

r10 as (
    select
        'R10' as rule,
        l.provider_agb,
        l.declaration_id,
        e.declaration_id as counter_id,
        null as counter_line,
        0 as disputed_cents,
        l.amount_cents as at_risk_cents,
    from placed as l
    inner join placed as e using (provider_agb, patient_key)
    where
        l.performance_code in ('HA001', 'HA002', 'HA003')
        and e.performance_code in ('HA001', 'HA002', 'HA003')
        and if(
            l.episode_id is not null and e.episode_id is not null,
            l.episode_id = e.episode_id and l.contact is not distinct from e.contact,
            l.day = e.day
        )
        and e.place < l.place
),

r17 as (
    select
        'R17' as rule,
        l.provider_agb,
        l.declaration_id,
        null as counter_id,
        'contract/' || c.contract_id as counter_line,
        0 as disputed_cents,
        l.amount_cents as at_risk_cents,
    from placed as l
    inner join contracts as c using (provider_agb)
    where
        c.form in ('contract_sum', 'bundle', 'capitation')
        and l.day between c.valid_from::date and coalesce(c.valid_to::date, date '9999-12-31')
        and coalesce(c.insurer_uzovi, l.insurer_uzovi) = l.insurer_uzovi
        and l.performance_code in (from (select unnest(regexp_split_to_array(c.scope, '[ ,;]+'))))
),

r18 as (
    select
        'R18' as rule,
        l.provider_agb,
        l.declaration_id,
        e.declaration_id as counter_id,
        null as counter_line,
        0 as disputed_cents,
        l.amount_cents as at_risk_cents,
    from placed as l
    inner join placed as e using (patient_key, day)
    where l.side <> e.side and e.place < l.place
)

from r05
union all by name
from r06_r07
union all by name
from r08
union all by name
from r09
union all by name
from r10
union all by name
from r17
union all by name
from r18
order by all
