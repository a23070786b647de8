-- Substitution at GP out-of-hours services that a contract of the provider in the year agrees on, beside what falls
-- away elsewhere. A line is agreed on if its parameter has the contract's number, as a word of its own.
with lines as (
    select *
    from {{ ref('int_budget_lines') }}
    where component = 'substitution'
),

by_provider as (
    select
        provider_agb,
        region_code,
        year,
        sector,
        sum(amount_cents) as amount_cents,
    from lines
    group by provider_agb, region_code, year, sector
),

fallen as (
    select
        region_code,
        year,
        cast(-sum(amount_cents) as bigint) as decrease_cents,
    from by_provider
    where sector <> 'hap' and amount_cents < 0
    group by region_code, year
),

agreed as (
    select
        l.provider_agb,
        l.year,
        l.region_code,
        cast(sum(l.amount_cents) as bigint) as agreed_cents,
    from lines as l
    semi join {{ ref('stg_contracts') }} as c
        on
            l.provider_agb = c.provider_agb
            and l.last_on >= c.valid_from
            and l.first_on <= coalesce(c.valid_to, date '9999-12-31')
            and regexp_matches(
                l.parameter, '(^|[^A-Za-z0-9_-])' || regexp_escape(c.contract_id) || '($|[^A-Za-z0-9_-])'
            )
    where l.sector = 'hap' and l.amount_cents > 0
    group by l.provider_agb, l.year, l.region_code
)

select
    a.provider_agb,
    a.year,
    a.agreed_cents,
    coalesce(f.decrease_cents, 0) as decrease_cents,
    least(a.agreed_cents, coalesce(f.decrease_cents, 0)) as backed_cents,
from agreed as a
left join fallen as f on a.region_code = f.region_code and a.year = f.year
