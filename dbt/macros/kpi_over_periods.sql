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
    having grouping(f.region_code) = 1 or f.region_code <> 'NL'
{%- endmacro %}

{# A KPI that is one count of int_contacts_monthly over another; where there is neither, there is no row. #}
{% macro kpi_of_contacts(kpi_id, numerator, denominator) -%}
with facts as (
    select
        region_code,
        'all' as unit,
        month,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator,
        {{ denominator }} as n,
    from {{ ref('int_contacts_monthly') }}
    where {{ numerator }} > 0 or {{ denominator }} > 0
)

{{ kpi_over_periods(kpi_id, 'facts') }}
{%- endmacro %}

{# A KPI that is measured outside. #}
{% macro kpi_of_observations(kpi_id) -%}
select
    kpi_id,
    region_code,
    'all' as unit,
    period_type,
    period_start,
    numerator,
    denominator,
    cast(floor(denominator) as bigint) as n,
from {{ ref('int_observations_periods') }}
where kpi_id = '{{ kpi_id }}'
{%- endmacro %}
