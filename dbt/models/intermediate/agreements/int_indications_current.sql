with accepted as (
    select
        s.*,
        d.delivery_order,
        d.delivery_date,
    from {{ ref('stg_legal_indications') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
),

latest as (
    {{ latest_by_key('accepted', ['patient_key', 'framework', 'valid_from']) }}
)

select
    patient_key,
    framework,
    with_treatment,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_until,
    delivery_date,
from latest
