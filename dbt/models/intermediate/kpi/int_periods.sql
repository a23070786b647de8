-- Each month with the month, quarter and year that it belongs to.
with months as (
    select cast(unnest(generate_series(date '2000-01-01', date '2100-12-01', interval 1 month)) as date) as month
)

select
    m.month,
    t.period_type,
    cast(date_trunc(t.period_type, m.month) as date) as period_start,
from months as m
cross join (values ('month'), ('quarter'), ('year')) as t (period_type)
