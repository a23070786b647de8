-- What the door accepted, minus the rows that wait for their reference, minus older versions of a declaration, is
-- finance.declaration, in lines and in cents. A reference period that overlaps another would multiply lines on the
-- way, and one that is missing would lose them; neither shows in any line by itself.
with accepted as (
    select
        count(*) as lines,
        coalesce(sum({{ signed('amount_cents') }}), 0) as cents,
    from {{ ref('stg_declarations') }}
),

waiting as (
    select
        s.version_id,
        s.row,
        {{ signed('s.amount_cents') }} as cents,
    from {{ ref('stg_declarations') }} as s
    semi join {{ ref('int_reference_quarantine') }} as w on s.version_id = w.version_id and s.row = w.row
),

older as (
    select {{ signed('s.amount_cents') }} as cents,
    from {{ ref('stg_declarations') }} as s
    semi join {{ ref('int_declarations_superseded') }} as o on s.version_id = o.version_id and s.row = o.row
    anti join {{ ref('int_reference_quarantine') }} as w on s.version_id = w.version_id and s.row = w.row
),

set_apart as (
    select cents from waiting
    union all
    select cents from older
),

delivered as (
    select
        a.lines - count(s.cents) as lines,
        a.cents - coalesce(sum(s.cents), 0) as cents,
    from accepted as a
    left join set_apart as s on true
    group by a.lines, a.cents
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
