{# Sums monthly facts of a KPI over months, quarters and years, per region and for the country.
   facts: CTE with region_code, unit, month, numerator, denominator, n #}
{% macro kpi_over_periods(kpi_id, facts, denominator='sum(denominator)') -%}
    select
        '{{ kpi_id }}' as kpi_id,
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
        (f.region_code, f.unit, p.period_type, p.period_start),
        (f.unit, p.period_type, p.period_start)
    )
{%- endmacro %}
