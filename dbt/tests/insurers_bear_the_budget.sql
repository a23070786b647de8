-- What all insurers of a settled year bear is its budget of the Zvw, or its audited costs where the basis is cost, to
-- the cent: nothing is asked twice, and what is disputed of what they were declared is disputed of the provider's
-- revenue. An insurer that was declared something but left out of the division would show here, and in no row of it; so
-- would care of another law that came into it.
with borne as (
    select
        provider_agb,
        year,
        edition,
        sum(declared_eur) as declared_eur,
        sum(disputed_eur) as disputed_eur,
        sum(lump_sum_eur) as lump_sum_eur,
        sum(burden_eur) as burden_eur,
    from {{ ref('insurer_allocation') }}
    group by provider_agb, year, edition
),

declared as (
    select
        provider_agb,
        year(service_month) as year,
        sum(amount_eur) as declared_eur,
        sum(disputed_eur) as disputed_eur,
    from {{ ref('declaration') }}
    where counted and covers_budget and legal_framework = 'Zvw'
    group by provider_agb, year(service_month)
),

paid as (
    select
        provider_agb,
        year,
        sum(lump_sum_eur) as lump_sum_eur,
    from {{ ref('budget_realisation') }}
    group by provider_agb, year
)

select
    s.provider_agb,
    s.year,
    s.edition,
    s.basis,
    s.budget_eur,
    s.cost_eur,
    b.burden_eur,
    b.declared_eur,
    coalesce(d.declared_eur, 0) as declared_of_zvw_eur,
    b.disputed_eur,
    coalesce(d.disputed_eur, 0) as disputed_of_zvw_eur,
    b.lump_sum_eur,
    coalesce(p.lump_sum_eur, 0) as paid_lump_sum_eur,
from {{ ref('settlement') }} as s
left join borne as b using (provider_agb, year, edition)
left join declared as d using (provider_agb, year)
left join paid as p using (provider_agb, year)
where
    s.status = 'settled'
    and (
        b.burden_eur is distinct from case s.basis when 'cost' then s.cost_eur else s.budget_eur end
        or b.declared_eur is distinct from coalesce(d.declared_eur, 0)
        or b.disputed_eur is distinct from coalesce(d.disputed_eur, 0)
        or b.lump_sum_eur is distinct from coalesce(p.lump_sum_eur, 0)
    )
