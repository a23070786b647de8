-- What each insurer was declared of the cases that a KPI counts: the numerator, the rest of the denominator, and n.
with counted as (
    select
        d.region_code,
        d.insurer_uzovi,
        d.month,
        sum(d.debits) as debits,
        sum(d.corrected) as corrected,
        sum(d.debits - d.corrected) filter (where r.role in ('ride', 'ride_without_transport')) as rides,
        coalesce(sum(d.debits - d.corrected) filter (where r.role = 'ride_without_transport'), 0) as empty_rides,
        sum(d.debits - d.corrected) filter (where r.role = 'emergency_contact') as contacts,
    from {{ ref('int_debits_monthly') }} as d
    left join {{ ref('performance_code_role') }} as r on d.performance_code = r.performance_code
    group by d.region_code, d.insurer_uzovi, d.month
)

select
    k.kpi_id,
    c.region_code,
    c.insurer_uzovi,
    c.month,
    k.numerator,
    k.rest,
    k.n,
from counted as c
cross join
    lateral (
        values
        ('admin_burden', c.corrected, c.debits - c.corrected, c.debits),
        ('ambulance_no_transport', c.empty_rides, c.rides - c.empty_rides, c.rides),
        ('seh_per_1000', c.contacts, c.contacts, c.contacts)
    ) as k (kpi_id, numerator, rest, n)
where k.n is not null
