-- The feeds whose rows KPIs count day by day. A measurement made outside says its own period and is not asked here.
with days as (
    select
        'contacts' as feed,
        region_code,
        min(offered_on) as first_day,
        max(offered_on) as last_day,
    from {{ ref('int_contacts_current') }}
    group by region_code
    union all
    select
        'declarations' as feed,
        region_code,
        min(service_on) as first_day,
        max(service_on) as last_day,
    from {{ ref('int_declarations_current') }}
    group by region_code
    union all
    select
        'capacity_snapshots' as feed,
        region_code,
        min(day) as first_day,
        max(day) as last_day,
    from {{ ref('int_hours') }}
    group by region_code
)

select
    feed,
    region_code,
    first_day,
    last_day,
from days
where region_code is not null
