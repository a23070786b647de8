-- Sums of cells and of those one month later, of the same months of care; a cell without its successor is no link. Of a
-- sector these are the sums over its providers, so that one who begins later moves no factor by beginning.
with links as (
    select
        measure,
        provider_agb,
        sector,
        delay,
        cast(month + to_months(cast(delay + 1 as integer)) as date) as known_month,
        amount as earlier,
        lead(amount) over (partition by measure, provider_agb, sector, month order by delay) as later,
    from {{ ref('int_development_cells') }}
)

select
    measure,
    case when grouping(provider_agb) = 0 then 'provider' else 'sector' end as scope,
    coalesce(provider_agb, sector) as owner,
    delay,
    known_month,
    sum(earlier) as earlier,
    sum(later) as later,
from links
where later is not null
group by grouping sets (
    (measure, provider_agb, delay, known_month), (measure, sector, delay, known_month)
)
