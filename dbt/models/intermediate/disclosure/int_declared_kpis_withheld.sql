-- Regions and years of which a KPI that counts declarations rests on few insurers, in a month, a quarter or the
-- whole year: both what it counts and the rest of its cases, of which an insurer has its own.
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
        quarter(c.month) as quarter,
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
        month is not null as is_month,
        quarter is null as is_year,
        count(distinct insurer_uzovi) filter (where numerator > 0) as of_numerator,
        count(distinct insurer_uzovi) filter (where rest > 0) as of_rest,
    from cases
    group by grouping sets (
        (kpi_id, region_code, year, quarter, month), (kpi_id, region_code, year, quarter), (kpi_id, region_code, year)
    )
),

judged as (
    select
        i.*,
        {{ too_few('i.of_numerator', '0') }} or {{ too_few('i.of_rest', '0') }} as is_sensitive,
    from insurers as i
    cross join {{ ref('int_disclosure_limits') }} as l
)

select
    kpi_id,
    region_code,
    year,
    bool_or(is_sensitive) as months_withheld,
    coalesce(bool_or(is_sensitive) filter (where not is_month), false) as quarters_withheld,
    coalesce(bool_or(is_sensitive) filter (where is_year), false) as year_withheld,
from judged
group by kpi_id, region_code, year
