-- Regions whose year is withheld. Sensitive ones (primary suppression) protect each other, or take the next smallest
-- others with them (complementary suppression), as many as it takes for two of them to contribute to each quantity, and
-- for what they have together, which the country less the rest is, to be no small cell; where there are not that many,
-- the whole year is withheld.
with cells as (
    select
        *,
        bool_or(is_sensitive) over (partition by family, unit, year) as is_to_protect,
        coalesce(
            bool_or(is_sensitive) filter (where region_code = 'NL') over (partition by family, unit, year), false
        ) as is_country_sensitive,
    from {{ ref('int_kpi_cells') }}
    where period_type = 'year'
),

contributions as (
    select
        c.family,
        c.unit,
        c.year,
        c.region_code,
        c.n,
        c.is_sensitive,
        m.kpi_id,
        m.quantity,
        m.contribution,
        m.n as kpi_n,
        m.minimum_n,
    from cells as c
    inner join {{ ref('int_kpi_contributions') }} as m using (family, unit, year, region_code, period_type)
    where c.is_to_protect and c.region_code <> 'NL'
),

quantities as (
    select
        family,
        unit,
        year,
        count(*) filter (where is_sensitive) as regions,
        case
            when
                coalesce(sum(contribution) filter (where is_sensitive), 0) > 0
                and sum(kpi_n) filter (where is_sensitive) >= min(minimum_n)
                then 0
            else 1
        end as first_rank,
    from contributions
    group by family, unit, year, kpi_id, quantity
),

needs as (
    select
        family,
        unit,
        year,
        count(*) as quantities,
        coalesce(max(greatest(2 - regions, first_rank)) filter (where regions > 0), 0) as needed,
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
    from contributions as m
    inner join needs as d using (family, unit, year)
    where not m.is_sensitive
    group by m.family, m.unit, m.year, m.region_code
    having count(*) filter (where m.contribution > 0) = min(d.quantities)
),

decided as (
    select
        d.*,
        case when d.needed = 1 and d.least_regions = 0 then 2 else d.needed end as regions_needed,
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
    c.is_to_protect
    and (
        c.is_sensitive
        or k.size_rank <= d.regions_needed
        or coalesce(d.regions_needed > d.candidates, false)
        or c.is_country_sensitive
    )
