-- On how many insurers and patients the figures of a provider's month rest. An insurer whose amounts cancel out adds
-- nothing that could protect another's.
with insurers as (
    select
        provider_agb,
        year,
        month,
        count(*) filter (where revenue_cents <> 0) as revenue_insurers,
        count(*) filter (where declared_cents <> 0) as declared_insurers,
        count(*) filter (where disputed_cents <> 0) as disputed_insurers,
        count(*) filter (where lump_sum_cents <> 0) as lump_sum_insurers,
        cast(sum(disputed_cents) as bigint) as disputed_cents,
    from {{ ref('int_insurer_months') }}
    group by provider_agb, year, month
)

select
    i.*,
    coalesce(p.patients, 0) as patients,
    coalesce(p.disputed_patients, 0) as disputed_patients,
    {{ too_few('i.revenue_insurers', 'coalesce(p.patients, 0)') }} as is_sensitive,
    {{ too_few('i.declared_insurers', 'coalesce(p.patients, 0)') }}
    or {{ too_few('i.disputed_insurers', 'coalesce(p.disputed_patients, 0)') }}
    or {{ too_few('i.lump_sum_insurers', '0') }} as has_sensitive_part,
from insurers as i
left join {{ ref('int_patient_months') }} as p on i.provider_agb = p.provider_agb and i.month = p.month
cross join {{ ref('int_disclosure_limits') }} as l
