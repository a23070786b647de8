-- KPIs that are one count of contacts over another; where there is neither, there is no row.
with facts as (
    select
        k.kpi_id,
        c.region_code,
        'all' as unit,
        c.month,
        k.numerator,
        k.denominator,
        k.denominator as n,
    from {{ ref('int_contacts_monthly') }} as c
    cross join
        lateral (
            values
            ('answer_regular_2min', c.regular_within_2min, c.regular_offered),
            ('answer_regular_10min', c.regular_within_10min, c.regular_offered),
            ('answer_emergency_30s', c.emergency_within_30s, c.emergency_offered),
            ('abandoned', c.abandoned, c.regular_offered + c.emergency_offered),
            ('self_care', c.self_care, c.triaged),
            ('multidisciplinary_triage', c.multidisciplinary, c.triaged),
            ('standard_message', c.in_standard, c.passed_on),
            ('calls_per_placement', c.placement_calls, c.placements)
        ) as k (kpi_id, numerator, denominator)
    where k.numerator > 0 or k.denominator > 0
)

{{ kpi_over_periods('facts') }}
