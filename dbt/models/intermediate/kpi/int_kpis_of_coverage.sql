with facts as (
    select
        k.kpi_id,
        m.region_code,
        m.unit,
        m.month,
        sum(k.numerator) as numerator,
        sum(k.denominator) as denominator,
        sum(k.denominator) as n,
    from {{ ref('int_location_months') }} as m
    cross join
        lateral (
            values
            ('snapshot_coverage', m.measured_hours, m.hours),
            ('register_coverage', m.measured_hours, m.registered_hours),
            ('cadence_coverage', least(m.snapshots, m.snapshots_due), m.snapshots_due)
        ) as k (kpi_id, numerator, denominator)
    where k.denominator > 0
    group by k.kpi_id, m.region_code, m.unit, m.month
)

{{ kpi_over_periods('facts') }}
