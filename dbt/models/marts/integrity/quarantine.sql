with quarantined as (
    select
        version_id,
        row,
        rules,
        row_text,
    from {{ ref('stg_quarantine') }}
    union all
    select
        version_id,
        row,
        rules,
        row_text,
    from {{ ref('int_reference_quarantine') }}
)

select
    d.feed,
    d.delivery_date,
    d.file,
    q.row,
    q.rules,
    q.row_text,
from quarantined as q
inner join {{ ref('stg_deliveries') }} as d on q.version_id = d.version_id
