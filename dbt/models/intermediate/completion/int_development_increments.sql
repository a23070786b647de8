-- What each month of deliveries added to a month of care, and took from it: debits, those of them that a later delivery
-- replaced, and credits.
with delivered as (
    select
        v.provider_agb,
        v.sector,
        v.region_code,
        v.month,
        v.net_cents,
        v.debits,
        v.rides,
        v.empty_rides,
        v.contacts,
        {{ month_of('d.delivery_date') }} as known_month,
    from {{ ref('int_declared_by_version') }} as v
    inner join {{ ref('stg_deliveries') }} as d on v.version_id = d.version_id
    anti join {{ ref('int_declarations_out_of_range') }} as b
        on v.provider_agb = b.provider_agb and year(v.month) = b.year
),

replaced as (
    select
        j.provider_agb,
        j.sector,
        j.region_code,
        {{ month_of('j.service_on') }} as month,
        {{ month_of('s.superseded_on') }} as known_month,
        {{ developing_measures('j', 'r') }}
    from {{ ref('int_declarations_validated') }} as j
    inner join {{ ref('int_declarations_superseded') }} as s on j.version_id = s.version_id and j.row = s.row
    left join {{ ref('performance_code_role') }} as r on j.performance_code = r.performance_code
    where s.superseded_on is not null and j.debit_credit = 'D'
    group by all
),

credited as (
    select
        c.provider_agb,
        c.sector,
        c.region_code,
        {{ month_of('c.service_on') }} as month,
        k.known_month,
        k.sign,
        {{ developing_measures('c', 'r') }}
    from {{ ref('int_credits_over_time') }} as c
    cross join lateral (values (c.counted_from, -1), (c.counted_until, 1)) as k (known_month, sign)
    left join {{ ref('performance_code_role') }} as r on c.performance_code = r.performance_code
    group by all
),

-- A debit that was corrected is still one that was declared.
moved as (
    select
        *,
        0 as corrected,
    from delivered
    union all by name
    select
        provider_agb,
        sector,
        region_code,
        month,
        known_month,
        -net_cents as net_cents,
        -debits as debits,
        -rides as rides,
        -empty_rides as empty_rides,
        -contacts as contacts,
        0 as corrected,
    from replaced
    union all by name
    select
        provider_agb,
        sector,
        region_code,
        month,
        known_month,
        sign * net_cents as net_cents,
        0 as debits,
        sign * rides as rides,
        sign * empty_rides as empty_rides,
        sign * contacts as contacts,
        -sign * debits as corrected,
    from credited
    where known_month < date '9999-12-01'
),

measured as (
    select
        m.provider_agb,
        m.sector,
        m.region_code,
        m.month,
        greatest(m.known_month, m.month) as known_month,
        k.measure,
        k.amount,
    from moved as m
    cross join
        lateral (
            values
            ('net_cents', m.net_cents),
            ('debits', m.debits),
            ('corrected', m.corrected),
            ('rides', m.rides),
            ('empty_rides', m.empty_rides),
            ('contacts', m.contacts)
        ) as k (measure, amount)
)

select
    measure,
    provider_agb,
    sector,
    region_code,
    month,
    known_month,
    cast(sum(amount) as bigint) as amount,
from measured
group by all
having sum(amount) <> 0
