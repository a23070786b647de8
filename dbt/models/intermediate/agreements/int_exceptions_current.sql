with accepted as (
    select *
    from {{ ref('int_exceptions_judged') }}
    where not unknown_provider
),

latest as (
    {{ latest_by_key('accepted', ['exception_id']) }}
)

select
    exception_id,
    rule,
    provider_agb,
    counter_provider_agb,
    patient_key,
    valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_until,
    delivery_date,
from latest
