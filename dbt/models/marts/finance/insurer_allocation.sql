with parts as (
    select
        *,
        sum(declared_weight) over (partition by provider_agb, year, edition) as declared_weight_total,
    from {{ ref('int_insurer_parts') }}
)

select
    provider_agb,
    year,
    edition,
    insurer_uzovi,
    market_share,
    {{ eur('declared_cents') }} as declared_eur,
    {{ eur('disputed_cents') }} as disputed_eur,
    {{ eur('lump_sum_cents') }} as lump_sum_eur,
    {{ eur('part_cents') }} as part_eur,
    {{ eur('burden_cents') }} as burden_eur,
    {{ eur('advance_cents') }} as advance_eur,
    {{ eur('claims_paid_cents') }} as claims_paid_eur,
    claims_assumed_paid,
    {{ eur('burden_cents - claims_paid_cents - lump_sum_cents - advance_cents - settlement_cents') }}
        as still_to_pay_eur,
    cast(declared_weight / nullif(declared_weight_total, 0) as double) as declared_share,
    {{ eur('declared_part_cents') }} as part_by_declared_share_eur,
    {{ eur('population_part_cents') }} as part_by_population_share_eur,
from parts
