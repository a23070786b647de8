-- What the door accepted, minus the rows that wait for their reference, minus older versions of a declaration, is
-- finance.declaration, in lines and in cents. A reference period that overlaps another would multiply lines on the
-- way, and one that is missing would lose them; neither shows in any line by itself.
with accepted as (
    select
        s.provider_agb,
        s.declaration_id,
        {{ signed('s.amount_cents') }} as cents,
        d.delivery_order,
    from {{ ref('stg_declarations') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
    left join {{ ref('int_reference_quarantine') }} as w on s.version_id = w.version_id and s.row = w.row
    where w.row is null
),

latest as (
    select max_by(cents, delivery_order) as cents
    from accepted
    group by provider_agb, declaration_id
),

delivered as (
    select
        count(*) as lines,
        coalesce(sum(cents), 0) as cents,
    from latest
),

declared as (
    select
        count(*) as lines,
        coalesce(sum(amount_eur) * 100, 0) as cents,
    from {{ ref('declaration') }}
)

select
    delivered.lines as lines_delivered,
    declared.lines as lines_declared,
    delivered.cents as cents_delivered,
    declared.cents as cents_declared,
from delivered
cross join declared
where delivered.lines <> declared.lines or delivered.cents <> declared.cents
