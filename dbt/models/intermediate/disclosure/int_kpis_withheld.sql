-- Regions and years of which insurers do not see a KPI by month and quarter, or at all, since it would tell a figure of
-- one of them. The country would tell the only region that is missing, so it goes with it.
with months as (
    select *
    from {{ ref('int_months_withheld') }}
),

withheld_sums as (
    {{ insurers_of_withheld_sum(
        'months', 'parts_withheld', on='month', by=['region_code', 'year'], amount='disputed_cents'
    ) }}
),

disputed as (
    select
        region_code,
        year,
        bool_or(region_months_withheld) as months_withheld,
        sum(disputed_patients) filter (where parts_withheld and is_in_region) as patients,
    from months
    group by region_code, year
),

regions as (
    select
        'realisation_pct' as kpi_id,
        region_code,
        year,
        bool_or(region_months_withheld) as months_withheld,
        -- A quarter of what adds up over the year is a month of it.
        bool_or(region_months_withheld) as quarters_withheld,
        bool_or(region_year_withheld) as year_withheld,
    from {{ ref('int_years_withheld') }}
    group by region_code, year
    union all
    select
        'disputed_pct' as kpi_id,
        d.region_code,
        d.year,
        d.months_withheld,
        d.months_withheld as quarters_withheld,
        d.months_withheld and coalesce({{ too_few('s.insurers', 'd.patients') }}, false) as year_withheld,
    from disputed as d
    left join withheld_sums as s on d.region_code = s.region_code and d.year = s.year
    cross join {{ ref('int_disclosure_limits') }} as l
    union all
    select
        kpi_id,
        region_code,
        year,
        months_withheld,
        quarters_withheld,
        year_withheld,
    from {{ ref('int_declared_kpis_withheld') }}
)

select
    kpi_id,
    coalesce(region_code, 'NL') as region_code,
    year,
    bool_or(months_withheld) as months_withheld,
    bool_or(quarters_withheld) as quarters_withheld,
    bool_or(year_withheld) as year_withheld,
from regions
group by grouping sets ((kpi_id, region_code, year), (kpi_id, year))
having bool_or(months_withheld) or bool_or(year_withheld)
