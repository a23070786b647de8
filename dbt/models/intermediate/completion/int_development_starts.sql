-- When the history of a provider, and of a sector, begins: in the month of its first delivery that counts.
with delivered as (
    select
        v.provider_agb,
        v.sector,
        {{ month_of('d.delivery_date') }} as known_month,
    from {{ ref('int_declared_by_version') }} as v
    inner join {{ ref('stg_deliveries') }} as d on v.version_id = d.version_id
    anti join {{ ref('int_declarations_out_of_range') }} as b
        on v.provider_agb = b.provider_agb and year(v.month) = b.year
)

select
    case when grouping(provider_agb) = 0 then 'provider' else 'sector' end as scope,
    coalesce(provider_agb, sector) as owner,
    min(known_month) as first_month,
from delivered
group by grouping sets ((provider_agb), (sector))
