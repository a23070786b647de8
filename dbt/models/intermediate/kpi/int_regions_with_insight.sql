-- The national platform (LPZ) asks for four acute units in a region and one outside the hospital.
with measured as (
    select distinct
        region_code,
        unit,
        month,
    from {{ ref('int_hours') }}
)

select
    p.period_type,
    p.period_start,
    h.region_code,
    count(distinct h.unit) filter (where h.unit in ('seh', 'ic', 'acute_pediatrics', 'acute_obstetrics')) = 4
    and count(distinct h.unit) filter (
        where h.unit not in ('seh', 'ic', 'clinic', 'acute_pediatrics', 'acute_obstetrics')
    ) > 0 as has_insight,
from measured as h
inner join {{ ref('int_periods') }} as p on h.month = p.month
group by p.period_type, p.period_start, h.region_code
