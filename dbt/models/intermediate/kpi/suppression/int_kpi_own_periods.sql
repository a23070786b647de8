-- An insurer holds its own declarations beside the published tables, so what protects a cell is what others have in
-- it. Of each month the most that any insurer has is taken off, also where it is not the same one everywhere.
with counted as (
    select
        d.region_code,
        d.insurer_uzovi,
        d.month,
        sum(d.debits) as debits,
        sum(d.corrected) as corrected,
        sum(d.debits - d.corrected) filter (where r.role in ('ride', 'ride_without_transport')) as rides,
        sum(d.debits - d.corrected) filter (where r.role = 'ride_without_transport') as empty_rides,
        sum(d.debits - d.corrected) filter (where r.role = 'emergency_contact') as contacts,
    from {{ ref('int_debits_monthly') }} as d
    left join {{ ref('performance_code_role') }} as r on d.performance_code = r.performance_code
    group by d.region_code, d.insurer_uzovi, d.month
),

own as (
    select
        c.region_code,
        c.month,
        k.kpi_id,
        max(k.numerator) as numerator,
        max(k.rest) as rest,
        max(k.n) as n,
    from counted as c
    cross join
        lateral (
            values
            ('admin_burden', c.corrected, c.debits - c.corrected, c.debits),
            ('ambulance_no_transport', c.empty_rides, c.rides - coalesce(c.empty_rides, 0), c.rides),
            ('seh_per_1000', c.contacts, c.contacts, c.contacts)
        ) as k (kpi_id, numerator, rest, n)
    group by c.region_code, c.month, k.kpi_id
)

select
    o.kpi_id,
    o.region_code,
    p.period_type,
    p.period_start,
    cast(coalesce(sum(o.numerator), 0) as bigint) as numerator,
    cast(coalesce(sum(o.rest), 0) as bigint) as rest,
    cast(coalesce(sum(o.n), 0) as bigint) as n,
from own as o
inner join {{ ref('int_periods') }} as p on o.month = p.month
group by o.kpi_id, o.region_code, p.period_type, p.period_start
