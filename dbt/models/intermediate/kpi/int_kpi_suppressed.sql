-- Below the minimum n a value is withheld; where it could be found from the country's total by subtraction,
-- because one region alone is withheld, the region with the next lowest n is withheld as well.
with judged as (
    select
        k.*,
        k.n < d.minimum_n as is_small,
    from {{ ref('int_kpi_periods') }} as k
    inner join {{ ref('kpi_definition') }} as d on k.kpi_id = d.kpi_id
),

ranked as (
    select
        *,
        count(*) filter (where is_small and region_code <> 'NL') over period as small_regions,
        row_number() over (
            partition by kpi_id, unit, period_type, period_start, is_small, region_code = 'NL'
            order by n, region_code
        ) as size_rank,
        bool_or(is_small) filter (where region_code = 'NL') over period as is_total_small,
    from judged
    window period as (partition by kpi_id, unit, period_type, period_start)
)

select
    kpi_id,
    region_code,
    unit,
    period_type,
    period_start,
    numerator,
    denominator,
    n,
    is_small or (
        region_code <> 'NL'
        and small_regions = 1
        and size_rank = 1
        and not coalesce(is_total_small, false)
    ) as suppressed,
from ranked
