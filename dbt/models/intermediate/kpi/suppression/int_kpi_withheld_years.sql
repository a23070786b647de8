-- Regions whose year is withheld. Unsafe ones hide each other, or take the next smallest safe ones with them, as many
-- as it takes for two of them to differ in each quantity; where there are not enough, the whole year is withheld.
with cells as (
    select
        *,
        bool_or(is_unsafe) over (partition by family, unit, year) as is_touched,
        coalesce(
            bool_or(is_unsafe) filter (where region_code = 'NL') over (partition by family, unit, year), false
        ) as is_country_unsafe,
    from {{ ref('int_kpi_cells') }}
    where period_type = 'year'
),

masses as (
    select
        c.family,
        c.unit,
        c.year,
        c.region_code,
        c.n,
        c.is_unsafe,
        m.kpi_id,
        m.quantity,
        m.mass,
    from cells as c
    inner join {{ ref('int_kpi_masses') }} as m using (family, unit, year, region_code, period_type)
    where c.is_touched and c.region_code <> 'NL'
),

quantities as (
    select
        family,
        unit,
        year,
        count(*) filter (where is_unsafe) as regions,
        case when coalesce(sum(mass) filter (where is_unsafe), 0) > 0 then 0 else 1 end as lacking,
    from masses
    group by family, unit, year, kpi_id, quantity
),

needs as (
    select
        family,
        unit,
        year,
        count(*) as quantities,
        coalesce(max(greatest(2 - regions, lacking)) filter (where regions > 0), 0) as needed,
        min(regions) as least_regions,
    from quantities
    group by family, unit, year
),

candidates as (
    select
        m.family,
        m.unit,
        m.year,
        m.region_code,
        row_number() over (partition by m.family, m.unit, m.year order by min(m.n), m.region_code) as size_rank,
        count(*) over (partition by m.family, m.unit, m.year) as candidates,
    from masses as m
    inner join needs as d using (family, unit, year)
    where not m.is_unsafe
    group by m.family, m.unit, m.year, m.region_code
    having count(*) filter (where m.mass > 0) = min(d.quantities)
),

decided as (
    select
        d.*,
        case when d.needed = 1 and d.least_regions = 0 then 2 else d.needed end as enough,
        coalesce(any_value(c.candidates), 0) as candidates,
    from needs as d
    left join candidates as c using (family, unit, year)
    group by all
)

select
    c.family,
    c.unit,
    c.region_code,
    c.period_start,
from cells as c
left join decided as d using (family, unit, year)
left join candidates as k using (family, unit, year, region_code)
where
    c.is_touched
    and (
        c.is_unsafe
        or k.size_rank <= d.enough
        or coalesce(d.enough > d.candidates, false)
        or c.is_country_unsafe
    )
