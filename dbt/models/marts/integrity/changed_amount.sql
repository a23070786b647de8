-- A file has a key once (repeated_key), so of a key and date the last file by name is the one whose row stands.
with delivered as (
    select
        a.feed,
        d.delivery_date,
        a.key,
        d.file,
        a.row,
        a.amount_cents,
        last_value(d.file) over same_key as standing_file,
        last_value(a.row) over same_key as standing_row,
        last_value(a.amount_cents) over same_key as standing_cents,
    from {{ ref('int_amounts_delivered') }} as a
    inner join {{ ref('stg_deliveries') }} as d on a.version_id = d.version_id
    window
        same_key as (
            partition by a.feed, d.delivery_date, a.key
            order by d.delivery_order
            rows between unbounded preceding and unbounded following
        )
)

select
    feed,
    delivery_date,
    key,
    file,
    row,
    {{ eur('amount_cents') }} as amount_eur,
    standing_file,
    standing_row,
    {{ eur('standing_cents') }} as standing_amount_eur,
from delivered
where amount_cents is distinct from standing_cents
