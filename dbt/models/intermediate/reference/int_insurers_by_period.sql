with insurers as (
    select
        i.insurer_uzovi,
        i.name,
        i.concern,
        i.valid_from,
        i.valid_to,
        d.delivery_order,
    from {{ ref('stg_insurers') }} as i
    inner join {{ ref('stg_deliveries') }} as d on i.version_id = d.version_id
),

latest as (
    {{ latest_by_key('insurers', ['insurer_uzovi', 'valid_from']) }}
)

{{ held_periods('latest', ['insurer_uzovi']) }}
