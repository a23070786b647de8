-- A budget's provider and representing insurers must be known on some day of its year.
with budgets as (
    select
        s.*,
        d.delivery_order,
        d.delivery_date,
        d.delivery_file,
    from {{ ref('stg_budgets') }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
),

known as (
    select
        s.*,
        p.provider_agb is null as unknown_provider,
        (s.representing_uzovi_1 is not null and i.insurer_uzovi is null)
        or (s.representing_uzovi_2 is not null and j.insurer_uzovi is null) as unknown_insurer,
    from budgets as s
    left join {{ ref('int_providers_by_year') }} as p on s.provider_agb = p.provider_agb and s.year = p.year
    left join {{ ref('int_insurers_by_year') }} as i on s.representing_uzovi_1 = i.insurer_uzovi and s.year = i.year
    left join {{ ref('int_insurers_by_year') }} as j on s.representing_uzovi_2 = j.insurer_uzovi and s.year = j.year
),

accepted as (
    select *
    from known
    where not (unknown_provider or unknown_insurer)
),

latest as (
    {{ latest_editions('accepted') }}
),

beyond as (
    {{ sums_out_of_range('latest', ['provider_agb', 'year'], ['amount_cents']) }}
)

select
    k.*,
    b.year is not null as sum_out_of_range,
from known as k
left join beyond as b on k.provider_agb = b.provider_agb and k.year = b.year
