{{ config(materialized='view_in_place') }}
-- A counted credit stands where the debit stands that it takes back, so that the two cancel in every sum.
with declarations as (
    select *
    from {{ ref('int_declarations_current') }}
),

counted_credits as (
    select *
    from {{ ref('int_credits_matched') }}
    where counted
)

select
    d.provider_agb,
    d.declaration_id,
    d.debit_credit,
    d.corrects_declaration_id,
    d.insurer_uzovi,
    d.patient_key,
    case when c.counted then c.debit_sector else d.sector end as sector,
    case when c.counted then c.debit_region_code else d.region_code end as region_code,
    d.performance_code,
    case when c.counted then c.debit_function else d.function end as function,
    d.service_start,
    {{ month_of("case when c.counted then c.debit_service_on else d.service_on end") }} as service_month,
    d.declared_on,
    d.quantity,
    {{ eur(signed('d.amount_cents')) }} as amount_eur,
    d.debit_credit = 'D' or coalesce(c.counted, false) as counted,
    {{ eur('coalesce(x.disputed_cents, 0)') }} as disputed_eur,
    case when c.counted then c.debit_covers_budget else d.covers_budget end as covers_budget,
    case when c.counted then c.debit_macro_category else d.macro_category end as macro_category,
    case when c.counted then c.debit_legal_framework else d.legal_framework end as legal_framework,
    d.episode_id,
    d.delivery_file,
    d.delivery_row,
from declarations as d
left join counted_credits as c on d.version_id = c.version_id and d.delivery_row = c.delivery_row
left join {{ ref('int_declarations_disputed') }} as x on d.version_id = x.version_id and d.delivery_row = x.delivery_row
