-- Rows in use whose keys differ and read the same: by case or form, or by a letter of another script than Latin.
with placed as (
    select
        s.*,
        d.delivery_date,
        d.file,
        d.delivery_order,
    from {{ source('raw', 'key_spellings') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
),

in_use as (
    select
        *,
        regexp_matches(folded, '{{ other_script() }}') as is_other_script,
        {{ any_letter_of_other_script('folded') }} as looks,
    from placed
    qualify
        (set_key is null or delivery_date = max(delivery_date) over (partition by feed, set_key))
        and row_number() over (partition by feed, columns, spelling order by delivery_order desc, row asc) = 1
),

same_folded as (
    select
        *,
        'case_or_form' as difference,
        first_value(delivery_date) over alike as other_delivery_date,
        first_value(file) over alike as other_file,
        first_value(row) over alike as other_row,
        row_number() over alike as place,
    from in_use
    window alike as (partition by feed, columns, folded order by delivery_order, row)
),

other_script as (
    select
        f.*,
        'script' as difference,
        l.delivery_date as other_delivery_date,
        l.file as other_file,
        l.row as other_row,
        2 as place,
    from in_use as f
    left join in_use as l
        on
            f.feed = l.feed
            and f.columns = l.columns
            and not l.is_other_script
            and length(f.folded) = length(l.folded)
            and like_escape(l.folded, f.looks, '!')
    where f.is_other_script
    qualify row_number() over (partition by f.feed, f.columns, f.spelling order by l.delivery_order, l.row) = 1
),

found as (
    select * exclude (place)
    from same_folded
    where place > 1
    union all by name
    select * exclude (place)
    from other_script
)

select
    feed,
    columns,
    difference,
    delivery_date,
    file,
    row,
    other_delivery_date,
    other_file,
    other_row,
from found
