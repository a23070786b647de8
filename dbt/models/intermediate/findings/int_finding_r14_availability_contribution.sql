-- R14: a function in a budget that an availability contribution (beschikbaarheidbijdrage) pays, or a line that
-- names one. A name is a whole word: letters and digits alone make words.
with paid as (
    select
        b.*,
        a.provider_agb as counter_provider_agb,
        p.sector as counter_sector,
        {{ allocation_line('a') }} as counter_line,
        greatest(b.delivery_date, a.delivery_date) as delivered_on,
    from {{ ref('int_budget_lines') }} as b
    inner join {{ ref('int_allocations_current') }} as a
        on
            b.region_code = a.region_code
            and b.function = a.function
            and a.funding_source = 'availability_contribution'
            and b.first_on <= a.valid_until
            and b.last_on >= a.valid_from
    left join {{ ref('int_providers_by_year') }} as p on a.provider_agb = p.provider_agb and b.year = p.year
),

named as (
    select
        b.*,
        cast(null as varchar) as counter_provider_agb,
        cast(null as varchar) as counter_sector,
        cast(null as varchar) as counter_line,
        b.delivery_date as delivered_on,
    from {{ ref('int_budget_lines') }} as b
    inner join {{ ref('double_funding_contribution') }} as n
        on
            b.last_on >= n.valid_from
            and list_contains(regexp_split_to_array(lower(b.parameter), '[^a-z0-9]+'), n.name)
),

found as (
    select * from paid
    union all
    select * from named
)

select
    'R14' as rule,
    provider_agb,
    budget_line,
    counter_provider_agb,
    counter_line,
    counter_line as allocation_line,
    sector,
    counter_sector,
    region_code,
    function,
    year,
    first_on,
    last_on,
    delivered_on,
    amount_cents as risk_cents,
    cast(0 as bigint) as disputed_cents,
from found
where amount_cents > 0
qualify row_number() over (
    partition by provider_agb, budget_line
    order by counter_provider_agb nulls last, counter_line
) = 1
