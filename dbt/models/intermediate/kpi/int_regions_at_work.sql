-- A region is at work in a period when it is on a share of the period's days: one snapshot or one triage does not do.
with days as (
    select
        region_code,
        month,
        days as insight_days,
        0 as triage_days,
        false as has_contacts,
    from {{ ref('int_insight_days') }}
    union all
    select
        region_code,
        month,
        0 as insight_days,
        multidisciplinary_days as triage_days,
        true as has_contacts,
    from {{ ref('int_contacts_monthly') }}
),

periods as (
    select
        p.period_type,
        p.period_start,
        d.region_code,
        {{ last_day_of_period('p.period_type', 'p.period_start') }} - p.period_start + 1 as days,
        sum(d.insight_days) as insight_days,
        sum(d.triage_days) as triage_days,
        bool_or(d.has_contacts) as has_contacts,
        bool_or(not d.has_contacts) as has_snapshots,
    from days as d
    inner join {{ ref('int_periods') }} as p on d.month = p.month
    where d.region_code is not null
    group by p.period_type, p.period_start, d.region_code
),

parameters as (
    select
        valid_from,
        value,
    from {{ ref('kpi_parameter') }}
    where parameter = 'least_share_of_days'
)

select
    p.period_type,
    p.period_start,
    p.region_code,
    p.has_snapshots,
    p.has_contacts,
    p.insight_days >= l.value * p.days as has_insight,
    p.triage_days >= l.value * p.days as has_triage,
from periods as p
asof inner join parameters as l on p.period_start >= l.valid_from
