with facts as (
    select
        region_code,
        'all' as unit,
        month,
        sum(corrected) as numerator,
        sum(debits) as denominator,
        sum(debits) as n,
    from {{ ref('int_debits_monthly') }}
    group by region_code, month
)

{{ kpi_over_periods('admin_burden', 'facts') }}
