-- The national platform (LPZ) asks for four acute units in a region and one outside the hospital.
with measured as (
    select distinct
        region_code,
        unit,
        month,
        day,
    from {{ ref('int_hours') }}
),

days as (
    select
        region_code,
        month,
        day,
        count(*) filter (where unit in ('seh', 'ic', 'acute_pediatrics', 'acute_obstetrics')) = 4
        and count(*) filter (where unit not in ('seh', 'ic', 'clinic', 'acute_pediatrics', 'acute_obstetrics')) > 0
            as has_insight,
    from measured
    group by region_code, month, day
)

select
    region_code,
    month,
    count(*) filter (where has_insight) as days,
from days
group by region_code, month
