-- Every insurer of a settled year with its weights: the shares that settle, and the keys beside them.
with market as (
    select
        t.provider_agb,
        t.year,
        t.edition,
        s.insurer_uzovi,
        s.share,
    from {{ ref('int_settlement_sets') }} as t
    inner join {{ ref('stg_market_shares') }} as s
        on t.shares_year = s.year and t.shares_edition = s.edition and t.scope = s.scope
    where t.is_market_key
),

population as (
    select
        t.provider_agb,
        t.year,
        t.edition,
        s.insurer_uzovi,
        s.insured_count,
        bool_and(s.insured_count is not null) over settlement
        and sum(s.insured_count) over settlement > 0 as is_counted,
    from {{ ref('int_settlement_sets') }} as t
    inner join {{ ref('stg_market_shares') }} as s
        on t.shares_year = s.year and t.shares_edition = s.edition and t.scope = s.scope
    where t.is_population_key
    window settlement as (partition by t.provider_agb, t.year, t.edition)
),

settled as (
    select *
    from {{ ref('int_settlements') }}
    where status = 'settled'
),

insurers as (
    select
        provider_agb,
        year,
        edition,
        insurer_uzovi,
    from market
    union
    -- With all insurers of the region the parts by its insured counts sum to the difference too.
    select
        provider_agb,
        year,
        edition,
        insurer_uzovi,
    from population
    where is_counted
    union
    select
        t.provider_agb,
        t.year,
        t.edition,
        i.insurer_uzovi,
    from settled as t
    inner join {{ ref('int_insurer_years') }} as i using (provider_agb, year)
)

select
    n.provider_agb,
    n.year,
    n.edition,
    n.insurer_uzovi,
    t.difference_cents,
    m.share as market_share,
    cast(coalesce(m.share, 0) * 100000000 as bigint) as market_weight,
    coalesce(i.declared_cents, 0) as declared_cents,
    coalesce(i.disputed_cents, 0) as disputed_cents,
    greatest(coalesce(i.declared_cents, 0), 0) as declared_weight,
    case
        when bool_or(p.is_counted) over (partition by n.provider_agb, n.year, n.edition)
            then coalesce(p.insured_count, 0)
    end as population_weight,
    coalesce(i.lump_sum_cents, 0) as lump_sum_cents,
    coalesce(i.advance_cents, 0) as advance_cents,
    coalesce(i.settlement_cents, 0) as settlement_cents,
    coalesce(i.claims_paid_cents, 0) as claims_paid_cents,
    coalesce(i.claims_assumed_paid, true) as claims_assumed_paid,
from insurers as n
inner join settled as t using (provider_agb, year, edition)
left join market as m using (provider_agb, year, edition, insurer_uzovi)
left join population as p using (provider_agb, year, edition, insurer_uzovi)
left join {{ ref('int_insurer_years') }} as i using (provider_agb, year, insurer_uzovi)
