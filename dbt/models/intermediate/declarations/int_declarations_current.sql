-- The latest accepted version of each declaration. Keys that came more than once are few: find them by
-- aggregation and drop the older versions, cheaper than ranking every row.
with accepted as (
    select *
    from {{ ref('int_declarations_judged') }}
    where not (unknown_provider or unknown_insurer or unknown_performance_code)
),

repeated as (
    select
        provider_agb,
        declaration_id,
        max(delivery_order) as delivery_order,
    from accepted
    group by provider_agb, declaration_id
    having count(*) > 1
)

select
    a.provider_agb,
    a.declaration_id,
    a.debit_credit,
    a.corrects_declaration_id,
    a.insurer_uzovi,
    a.patient_key,
    a.sector,
    a.region_code,
    a.performance_code,
    a.function,
    a.tariff_kind,
    a.tariff_cents,
    a.max_per_day,
    a.covers_budget,
    a.macro_category,
    a.legal_framework,
    a.episode_id,
    a.quantity,
    a.amount_cents,
    a.service_start,
    a.service_on,
    a.declared_on,
    a.delivery_date,
    a.delivery_file,
    a.row as delivery_row,
from accepted as a
left join repeated as r
    on
        a.provider_agb = r.provider_agb
        and a.declaration_id = r.declaration_id
where r.declaration_id is null or a.delivery_order = r.delivery_order
