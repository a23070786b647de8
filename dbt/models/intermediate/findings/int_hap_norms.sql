-- The budget of a GP out-of-hours service beside its norm: an amount per inhabitant of its service areas. An area that
-- population has no inhabitants for leaves the norm unknown, for a norm of a part would be too low.
with parameters as (
    select
        parameter,
        cast(value * 10000 as hugeint) as ten_thousandths,
        valid_from,
    from {{ ref('double_funding_parameter') }}
    where rule = 'R13'
),

amounts as (
    select *
    from parameters
    where parameter = 'hap_norm_cents_per_inhabitant'
),

highest as (
    select *
    from parameters
    where parameter = 'norm_high_pct'
),

served as (
    select
        a.provider_agb,
        a.year,
        cast(sum(p.inhabitants) as bigint) as inhabitants,
        bool_and(p.inhabitants is not null) as is_known,
    from {{ ref('stg_service_areas') }} as a
    left join {{ ref('stg_population') }} as p
        on a.year = p.year and a.region_code = p.region_code and a.area = p.area
    group by a.provider_agb, a.year
),

budgeted as (
    select
        provider_agb,
        year,
        region_code,
        first_on,
        last_on,
        concat_ws('/', year, any_value(split_part(budget_line, '/', 2))) as budget_line,
        max(delivery_date) as delivered_on,
        cast(sum(amount_cents) as bigint) as total_cents,
        cast(coalesce(sum(amount_cents) filter (where component = 'substitution'), 0) as bigint)
            as substitution_cents,
    from {{ ref('int_budget_lines') }}
    where sector = 'hap'
    group by provider_agb, year, region_code, first_on, last_on
)

select
    b.provider_agb,
    b.year,
    b.region_code,
    b.first_on,
    b.last_on,
    b.budget_line,
    b.total_cents,
    b.substitution_cents,
    s.inhabitants,
    a.ten_thousandths as norm_ten_thousandths,
    {{ divided_half_even('s.inhabitants * a.ten_thousandths', '10000') }} as norm_cents,
    {{ divided_half_even('s.inhabitants * a.ten_thousandths * h.ten_thousandths', '10000000000') }} as highest_cents,
    b.delivered_on,
from budgeted as b
left join served as s on b.provider_agb = s.provider_agb and b.year = s.year and s.is_known
asof left join amounts as a on b.first_on >= a.valid_from
asof left join highest as h on b.first_on >= h.valid_from
