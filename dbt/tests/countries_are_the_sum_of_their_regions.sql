-- The country's numerator, denominator and n come from the same rows as its regions': of a KPI that adds up they are
-- the sums of what the regions show, each region with its own last figures. What a source measured of the country
-- itself is no sum; what else is none says so in the catalogue (country_value).
with summed as (
    select
        k.kpi_id,
        k.unit,
        k.period_type,
        k.period_start,
        d.country_value,
        sum(k.numerator) filter (where k.region_code = 'NL') as numerator,
        sum(k.denominator) filter (where k.region_code = 'NL') as denominator,
        sum(k.n) filter (where k.region_code = 'NL') as n,
        sum(k.numerator) filter (where k.region_code <> 'NL') as regions_numerator,
        sum(k.denominator) filter (where k.region_code <> 'NL') as regions_denominator,
        sum(k.n) filter (where k.region_code <> 'NL') as regions_n,
    from {{ ref('int_kpi_periods') }} as k
    inner join {{ ref('kpi_definition') }} as d on k.kpi_id = d.kpi_id
    where d.country_value <> 'own'
    group by all
),

measured as (
    select distinct
        unnest([kpi_id, kpi_id || '_count']) as kpi_id,
        period_type,
        period_start,
    from {{ ref('int_observations_regional') }}
    where region_code = 'NL'
)

select s.*
from summed as s
anti join measured using (kpi_id, period_type, period_start)
where
    s.numerator is distinct from s.regions_numerator
    or s.denominator is distinct from
    case when s.country_value in ('sum_over_one', 'measured_over_one') then 1 else s.regions_denominator end
    -- n of a measurement is the whole number of its denominator, and halves add up to more than their whole numbers
    or case
        when s.country_value in ('measured', 'measured_over_one') then s.n < s.regions_n
        else s.n is distinct from s.regions_n
    end
