{{ config(materialized='changed_rows', meta={
    'replaces': {'feed': 'declarations', 'by': 'version'},
    'uncompressed': ['declaration_id', 'patient_key', 'episode_id']
}) }}
-- Every accepted row version with the reference of its service date; a provider's own tariff goes before
-- the national one of its sector. Intervals do not overlap, so no join multiplies rows.
with delivered as (
    select *
    from {{ ref('stg_declarations') }}
    {{- of_pending_versions('declarations', 'version_id') }}
),

declarations as (
    select
        s.*,
        d.delivery_date,
        d.delivery_file,
    from delivered as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
),

tariffs as (
    select
        *,
        true as is_found,
    from {{ ref('int_tariffs_by_period') }}
)

select
    s.*,
    p.sector,
    p.region_code,
    coalesce(own.function, nat.function) as function,
    coalesce(own.tariff_kind, nat.tariff_kind) as tariff_kind,
    case when own.is_found then own.tariff_cents else nat.tariff_cents end as tariff_cents,
    coalesce(own.covers_budget, nat.covers_budget) as covers_budget,
    coalesce(own.max_per_day, nat.max_per_day) as max_per_day,
    case when own.is_found then own.macro_category else nat.macro_category end as macro_category,
    p.sector is null as unknown_provider,
    i.insurer_uzovi is null as unknown_insurer,
    -- Whose sector is unknown has no national tariffs to look the code up in.
    p.sector is not null and own.is_found is null and nat.is_found is null as unknown_performance_code,
from declarations as s
left join {{ ref('int_providers_by_period') }} as p
    on
        s.provider_agb = p.provider_agb
        and s.service_on between p.valid_from and p.valid_until
left join {{ ref('int_insurers_by_period') }} as i
    on
        s.insurer_uzovi = i.insurer_uzovi
        and s.service_on between i.valid_from and i.valid_until
left join tariffs as own
    on
        s.performance_code = own.performance_code
        and s.provider_agb = own.provider_agb
        and s.service_on between own.valid_from and own.valid_until
left join tariffs as nat
    on
        s.performance_code = nat.performance_code
        and p.sector = nat.sector
        and nat.provider_agb is null
        and s.service_on between nat.valid_from and nat.valid_until
