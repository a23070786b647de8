with facts as (
    select
        region_code,
        'seh' as unit,
        {{ month_of('day') }} as month,
        sum(stops) as numerator,
        count(*) filter (where has_snapshots) as n,
    from {{ ref('int_seh_days') }}
    group by all
)

{{ kpi_over_periods('seh_stop_count', 'facts', denominator='1') }}
