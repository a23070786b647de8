-- KPIs admin_burden and ambulance_no_transport, over all insurers.
with facts as (
    select
        kpi_id,
        region_code,
        'all' as unit,
        month,
        sum(numerator) as numerator,
        sum(numerator + rest) as denominator,
        sum(n) as n,
    from {{ ref('int_declared_cases') }}
    where kpi_id in ('admin_burden', 'ambulance_no_transport')
    group by kpi_id, region_code, month
)

{{ kpi_over_periods('facts') }}
