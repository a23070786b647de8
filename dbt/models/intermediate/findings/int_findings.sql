-- Findings and the exceptions that accept them. An exception names a provider, or both of them in either order.
with accepted as (
    select
        f.finding_id,
        min(x.exception_id) as exception_id,
    from {{ ref('int_findings_sided') }} as f
    inner join {{ ref('int_exceptions_current') }} as x
        on
            f.rule = x.rule
            and f.first_on <= x.valid_until
            and f.last_on >= x.valid_from
            and (x.patient_key is null or f.patient_key = x.patient_key)
            and (
                (f.provider_agb = x.provider_agb and x.counter_provider_agb is null)
                or (f.provider_agb = x.provider_agb and f.counter_provider_agb = x.counter_provider_agb)
                or (f.counter_provider_agb = x.provider_agb and f.provider_agb = x.counter_provider_agb)
            )
    group by f.finding_id
)

select
    f.finding_id,
    f.rule,
    f.severity,
    case when a.exception_id is null then 'open' else 'accepted' end as status,
    f.provider_agb,
    f.declaration_id,
    f.counter_provider_agb,
    f.counter_declaration_id,
    f.budget_line,
    f.counter_line,
    f.allocation_line,
    f.sector,
    f.counter_sector,
    f.region_code,
    f.function,
    f.year,
    f.risk_cents,
    case when a.exception_id is null then f.disputed_cents else 0 end as disputed_cents,
    f.first_seen_on,
    a.exception_id,
from {{ ref('int_findings_sided') }} as f
left join accepted as a on f.finding_id = a.finding_id
