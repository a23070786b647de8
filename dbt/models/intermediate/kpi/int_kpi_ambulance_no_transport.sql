with facts as (
    select
        d.region_code,
        'all' as unit,
        d.month,
        coalesce(sum(d.debits - d.corrected) filter (where r.role = 'ride_without_transport'), 0) as numerator,
        sum(d.debits - d.corrected) as denominator,
        sum(d.debits - d.corrected) as n,
    from {{ ref('int_debits_monthly') }} as d
    inner join {{ ref('performance_code_role') }} as r
        on d.performance_code = r.performance_code and r.role in ('ride', 'ride_without_transport')
    group by d.region_code, d.month
)

{{ kpi_over_periods('ambulance_no_transport', 'facts') }}
