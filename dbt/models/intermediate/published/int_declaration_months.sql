-- What makes up the rows of a month: the accepted rows, those of them that do not stand or are disputed, and the
-- credits that count, in their own month and in that of the debit.
with marked as (
    select
        version_id,
        row,
        'superseded' as mark,
    from {{ ref('int_declarations_superseded') }}
    union all
    select
        version_id,
        delivery_row as row,
        cast(disputed_cents as varchar) as mark,
    from {{ ref('int_declarations_disputed') }}
),

marked_by_month as (
    select
        {{ month_of('j.service_on') }} as month,
        hash(j.version_id, j.row, m.mark) as hash,
    from {{ ref('int_declarations_validated') }} as j
    inner join marked as m on j.version_id = m.version_id and j.row = m.row
),

-- Whole, so that what a credit takes from its debit has no list here that could lack something.
counted_credits as (
    select *
    from {{ ref('int_credits_matched') }}
    where counted
),

credits as (
    select
        unnest([{{ month_of('service_on') }}, {{ month_of('debit_service_on') }}]) as month,
        hash(counted_credits) as hash,
    from counted_credits
),

parts as (
    select
        month,
        hash,
    from {{ ref('int_declarations_by_version') }}
    union all
    select
        month,
        hash,
    from marked_by_month
    union all
    select
        month,
        hash,
    from credits
)

select
    month,
    cast(sum(cast(hash as hugeint)) as varchar) as checksum,
from parts
group by all
