-- Which set of shares settles a provider's year: provisional takes last year's definitive set (own, else its
-- region's), else a provisional one; definitive takes this year's definitive set.
with editions as (
    select
        e.edition,
        e.year_back,
        e.set_edition,
        e.set_rank,
    from (
        values
        ('provisional', 1, 'definitive', 1),
        ('provisional', 1, 'provisional', 2),
        ('definitive', 0, 'definitive', 1)
    ) as e (edition, year_back, set_edition, set_rank)
),

sets as (
    select
        year,
        scope,
        edition,
    from {{ ref('stg_market_shares') }}
    group by year, scope, edition
),

candidates as (
    select
        y.provider_agb,
        y.year,
        e.edition,
        s.scope,
        s.year as shares_year,
        s.edition as shares_edition,
        s.scope = y.provider_agb as is_own,
        e.set_rank,
    from {{ ref('int_provider_years') }} as y
    cross join editions as e
    inner join sets as s
        on
            y.year - e.year_back = s.year
            and e.set_edition = s.edition
            and s.scope in (y.provider_agb, y.region_code)
)

select
    provider_agb,
    year,
    edition,
    shares_year,
    shares_edition,
    scope,
    row_number() over (market order by set_rank asc, is_own desc) = 1 as is_market_key,
    not is_own
    and row_number() over (partition by provider_agb, year, edition, is_own order by set_rank) = 1 as is_population_key,
from candidates
window market as (partition by provider_agb, year, edition)
