-- The burden of an insurer over macro categories, in proportion of what it was declared in each.
with declared as (
    select
        provider_agb,
        year(month) as year,
        insurer_uzovi,
        macro_category,
        greatest(cast(sum(declared_cents) as bigint), 0) as weight,
    from {{ ref('int_declared_monthly') }}
    where payer_kind = 'insurer'
    group by provider_agb, year(month), insurer_uzovi, macro_category
),

weighted as (
    select
        p.provider_agb,
        p.year,
        p.edition,
        p.insurer_uzovi,
        p.burden_cents,
        coalesce(d.macro_category, 'unassigned') as macro_category,
        coalesce(d.weight, 1) as weight,
    from {{ ref('int_insurer_parts') }} as p
    left join declared as d
        on
            p.provider_agb = d.provider_agb
            and p.year = d.year
            and p.insurer_uzovi = d.insurer_uzovi
            and d.weight > 0
),

parts as (
    {{ largest_remainder('weighted', ['provider_agb', 'year', 'edition', 'insurer_uzovi'], 'macro_category',
        'burden_cents', 'weight', 'macro_burden_cents') }}
)

select
    provider_agb,
    year,
    edition,
    insurer_uzovi,
    macro_category,
    {{ eur('macro_burden_cents') }} as burden_eur,
from parts
