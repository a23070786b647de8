-- R13: substitution above its share without a contract, or without the cost falling away in another sector of the
-- region and year (as the budget signal substitution_without_decrease has it).
with limits as (
    select
        value as limit_pct,
        valid_from,
    from {{ ref('double_funding_parameter') }}
    where rule = 'R13' and parameter = 'substitution_pct'
),

substituted as (
    select
        provider_agb,
        region_code,
        year,
        sector,
        sum(amount_cents) as amount_cents,
    from {{ ref('int_budget_lines') }}
    where component = 'substitution'
    group by all
),

balanced as (
    select
        *,
        sum(amount_cents) over region_year as balance_cents,
        sum(least(amount_cents, 0)) over region_year
        - sum(least(amount_cents, 0)) over (partition by region_code, year, sector) as elsewhere_cents,
    from substituted
    window region_year as (partition by region_code, year)
)

select
    'R13' as rule,
    s.provider_agb,
    s.budget_line,
    s.sector,
    s.region_code,
    s.function,
    s.year,
    s.first_on,
    s.last_on,
    s.delivery_date as delivered_on,
    s.amount_cents as risk_cents,
    cast(0 as bigint) as disputed_cents,
from {{ ref('int_budget_lines') }} as s
inner join balanced as b on s.provider_agb = b.provider_agb and s.year = b.year
asof inner join limits as l on s.first_on >= l.valid_from
where
    s.component = 'substitution'
    and s.percentage > l.limit_pct
    and s.amount_cents > 0
    and (
        (b.amount_cents > 0 and (b.balance_cents <> 0 or b.elsewhere_cents = 0))
        or not exists (
            select 1
            from {{ ref('stg_contracts') }} as c
            where
                c.provider_agb = s.provider_agb
                and c.valid_from <= s.last_on
                and coalesce(c.valid_to, date '9999-12-31') >= s.first_on
        )
    )
