-- The difference spread over insurers to the cent, by the settling key and by the keys beside it.
{%- set group = ['provider_agb', 'year', 'edition'] %}
with by_market as (
    {{ largest_remainder(ref('int_insurer_weights'), group, 'insurer_uzovi',
        'difference_cents', 'market_weight', 'part_cents') }}
),

by_declared as (
    {{ largest_remainder('by_market', group, 'insurer_uzovi',
        'difference_cents', 'declared_weight', 'declared_part_cents') }}
),

by_population as (
    {{ largest_remainder('by_declared', group, 'insurer_uzovi',
        'difference_cents', 'population_weight', 'population_part_cents') }}
)

select
    provider_agb,
    year,
    edition,
    insurer_uzovi,
    market_share,
    declared_cents,
    declared_weight,
    disputed_cents,
    lump_sum_cents,
    advance_cents,
    settlement_cents,
    claims_paid_cents,
    claims_assumed_paid,
    part_cents,
    declared_part_cents,
    population_part_cents,
    declared_cents - disputed_cents + lump_sum_cents + part_cents as burden_cents,
from by_population
