-- Regions and years of which a KPI that counts declarations rests on few insurers, in a month or in the whole year:
-- both what it counts and the rest of its cases, of which an insurer has its own.
with counted as (
    select
        d.region_code,
        d.insurer_uzovi,
        d.month,
        sum(d.debits) as debits,
        sum(d.corrected) as corrected,
        sum(d.debits - d.corrected) filter (where r.role = 'ride') as rides,
        sum(d.debits - d.corrected) filter (where r.role = 'ride_without_transport') as empty_rides,
        sum(d.debits - d.corrected) filter (where r.role = 'emergency_contact') as contacts,
    from {{ ref('int_debits_monthly') }} as d
    left join {{ ref('performance_code_role') }} as r on d.performance_code = r.performance_code
    group by d.region_code, d.insurer_uzovi, d.month
),

cases as (
    select
        k.kpi_id,
        c.region_code,
        c.insurer_uzovi,
        year(c.month) as year,
        c.month,
        k.numerator,
        k.rest,
    from counted as c
    cross join
        lateral (
            values
            ('admin_burden', c.corrected, c.debits - c.corrected),
            ('ambulance_no_transport', c.empty_rides, c.rides),
            ('seh_per_1000', c.contacts, c.contacts)
        ) as k (kpi_id, numerator, rest)
),

insurers as (
    select
        kpi_id,
        region_code,
        year,
        month is null as is_year,
        count(distinct insurer_uzovi) filter (where numerator > 0) as of_numerator,
        count(distinct insurer_uzovi) filter (where rest > 0) as of_rest,
    from cases
    group by grouping sets ((kpi_id, region_code, year, month), (kpi_id, region_code, year))
)

select
    i.kpi_id,
    i.region_code,
    i.year,
    bool_or({{ too_few('i.of_numerator', '0') }} or {{ too_few('i.of_rest', '0') }}) as months_withheld,
    coalesce(
        bool_or({{ too_few('i.of_numerator', '0') }} or {{ too_few('i.of_rest', '0') }}) filter (where i.is_year),
        false
    ) as year_withheld,
from insurers as i
cross join {{ ref('int_disclosure_limits') }} as l
group by i.kpi_id, i.region_code, i.year
