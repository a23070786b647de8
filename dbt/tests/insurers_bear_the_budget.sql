-- What all insurers of a settled year bear is its budget: nothing is asked twice, and what is disputed of what they
-- were declared is disputed of the provider's revenue. An insurer that was declared something but left out of the
-- division would show here, and in no row of it.
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

realised as (
    select
        provider_agb,
        year,
        sum(declared_eur) as declared_eur,
        sum(disputed_eur) as disputed_eur,
        sum(lump_sum_eur) as lump_sum_eur,
    from {{ ref('budget_realisation') }}
    group by provider_agb, year
)

select
    s.provider_agb,
    s.year,
    s.edition,
    s.budget_eur,
    b.burden_eur,
    b.declared_eur,
    coalesce(r.declared_eur, 0) as realised_declared_eur,
    b.disputed_eur,
    coalesce(r.disputed_eur, 0) as realised_disputed_eur,
    b.lump_sum_eur,
    coalesce(r.lump_sum_eur, 0) as realised_lump_sum_eur,
from {{ ref('settlement') }} as s
left join borne as b using (provider_agb, year, edition)
left join realised as r using (provider_agb, year)
where
    s.status = 'settled'
    and (
        b.burden_eur is distinct from s.budget_eur
        or b.declared_eur is distinct from coalesce(r.declared_eur, 0)
        or b.disputed_eur is distinct from coalesce(r.disputed_eur, 0)
        or b.lump_sum_eur is distinct from coalesce(r.lump_sum_eur, 0)
    )
