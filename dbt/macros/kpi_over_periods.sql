{# Sums monthly facts of KPIs over months, quarters and years, per region and for the country.
   facts: CTE with kpi_id, region_code, unit, month, numerator, denominator, n #}
{% macro kpi_over_periods(facts, denominator='sum(f.denominator)') -%}
    select
        f.kpi_id,
        coalesce(f.region_code, 'NL') as region_code,
        f.unit,
        p.period_type,
        p.period_start,
        cast(sum(f.numerator) as decimal(28, 6)) as numerator,
        cast({{ denominator }} as decimal(28, 6)) as denominator,
        cast(sum(f.n) as bigint) as n,
    from {{ facts }} as f
    inner join {{ ref('int_periods') }} as p on f.month = p.month
    group by grouping sets (
        (f.kpi_id, f.region_code, f.unit, p.period_type, p.period_start),
        (f.kpi_id, f.unit, p.period_type, p.period_start)
    )
    having grouping(f.region_code) = 1 or f.region_code <> 'NL'
{%- endmacro %}
