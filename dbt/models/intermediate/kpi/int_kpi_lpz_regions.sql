with units as (
    select
        p.period_type,
        p.period_start,
        h.region_code,
        count(distinct h.unit) filter (where h.unit in ('seh', 'ic', 'acute_pediatrics', 'acute_obstetrics'))
            as acute_units,
        count(distinct h.unit) filter (
            where h.unit in ('hap', 'rav', 'acute_ggz', 'district_nursing', 'elv', 'nursing_home')
        ) as outside_units,
    from (
        select distinct
            region_code,
            unit,
            month,
        from {{ ref('int_hours_regional') }}
    ) as h
    inner join {{ ref('int_periods') }} as p on h.month = p.month
    group by p.period_type, p.period_start, h.region_code
),

regions as (
    select count(*) as region_count from {{ ref('region') }}
)

select
    'lpz_regions' as kpi_id,
    'NL' as region_code,
    'all' as unit,
    u.period_type,
    u.period_start,
    cast(count(*) filter (where u.acute_units = 4 and u.outside_units > 0) as decimal(28, 6)) as numerator,
    cast(r.region_count as decimal(28, 6)) as denominator,
    r.region_count as n,
from units as u
cross join regions as r
group by u.period_type, u.period_start, r.region_count
