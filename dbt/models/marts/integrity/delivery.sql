-- Counts of a version in force are this run's: rows that wait for their reference are quarantined.
with waiting as (
    select
        version_id,
        count(*) as rows,
        coalesce(sum(amount_cents), 0) as amount_cents,
    from {{ ref('int_reference_quarantine') }}
    group by version_id
)

select
    d.feed,
    d.delivery_date,
    d.file,
    d.version,
    d.sha256,
    d.bytes,
    d.status,
    d.reason,
    d.rows,
    d.accepted - coalesce(w.rows, 0) as accepted,
    d.quarantined + coalesce(w.rows, 0) as quarantined,
    {{ eur_of_any('d.amount_cents') }} as amount_eur,
    {{ eur_of_any('(d.accepted_amount_cents - coalesce(w.amount_cents, 0))') }} as accepted_amount_eur,
    d.received_at,
from {{ ref('stg_deliveries') }} as d
left join waiting as w on d.version_id = w.version_id
