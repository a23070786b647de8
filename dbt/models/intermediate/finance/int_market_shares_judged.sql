-- Insurers (and providers that have shares of their own) must be known in the year, and regions at all; the current
-- rows of a set must sum to 1, else every version of every row of that set waits.
with shares as (
    select
        s.*,
        d.delivery_order,
    from {{ ref('stg_market_shares') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
),

known as (
    select
        s.*,
        i.insurer_uzovi is null as unknown_insurer,
        regexp_full_match(s.scope, '\d{8}') and p.provider_agb is null as unknown_provider,
        not regexp_full_match(s.scope, '\d{8}') and {{ is_unknown_region('s.scope') }} as unknown_region,
    from shares as s
    left join {{ ref('int_insurers_by_year') }} as i on s.insurer_uzovi = i.insurer_uzovi and s.year = i.year
    left join {{ ref('int_providers_by_year') }} as p on s.scope = p.provider_agb and s.year = p.year
),

accepted as (
    select *
    from known
    where not (unknown_insurer or unknown_provider or unknown_region)
),

latest as (
    {{ latest_by_key('accepted', ['year', 'scope', 'insurer_uzovi', 'edition']) }}
),

sets as (
    select
        year,
        scope,
        edition,
        abs(sum(share) - 1) > cast(0.00000005 as decimal(18, 8)) * count(*) as is_off,
    from latest
    group by year, scope, edition
)

select
    k.*,
    coalesce(s.is_off, false) as shares_do_not_sum,
from known as k
left join sets as s using (year, scope, edition)
