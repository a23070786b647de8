with insurers as (
    select
        version_id,
        row,
        uzovi as insurer_uzovi,
        name,
        concern,
        valid_from,
        valid_to,
    from {{ ref('stg_insurers') }}
)

{{ held_periods('insurers', ['insurer_uzovi']) }}
