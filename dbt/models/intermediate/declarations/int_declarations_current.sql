{{ config(materialized='view_in_place') }}
-- The latest accepted version of each declaration. A row is known by its version and place in the file: two numbers,
-- which cost less to look up than a provider and its number.
select
    j.version_id,
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
from {{ ref('int_declarations_validated') }} as j
anti join {{ ref('int_declarations_superseded') }} as s on j.version_id = s.version_id and j.row = s.row
where not (j.unknown_provider or j.unknown_insurer or j.unknown_performance_code)
