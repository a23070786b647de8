{{ config(materialized='view') }}
-- The latest accepted version of each declaration. Keys that came more than once are few: the older versions are
-- dropped, cheaper than ranking every row.
select
    j.provider_agb,
    j.declaration_id,
    j.debit_credit,
    j.corrects_declaration_id,
    j.insurer_uzovi,
    j.patient_key,
    j.sector,
    j.region_code,
    j.performance_code,
    j.function,
    j.tariff_kind,
    j.tariff_cents,
    j.max_per_day,
    j.covers_budget,
    j.macro_category,
    j.legal_framework,
    j.episode_id,
    j.quantity,
    j.amount_cents,
    j.service_start,
    j.service_on,
    j.declared_on,
    j.delivery_date,
    j.delivery_file,
    j.row as delivery_row,
from {{ ref('int_declarations_judged') }} as j
left join {{ ref('int_declarations_repeated') }} as r
    on
        j.provider_agb = r.provider_agb
        and j.declaration_id = r.declaration_id
where
    not (j.unknown_provider or j.unknown_insurer or j.unknown_performance_code)
    and (r.declaration_id is null or j.version_id = r.version_id)
