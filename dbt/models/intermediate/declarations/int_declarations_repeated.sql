{{ config(materialized='incremental', meta={'replaces': {'by': 'all'}}) }}
-- Declarations that were delivered and accepted more than once, with the delivery that stands. A key that comes a
-- second time is among those that are new, or was here before.
with accepted as (
    select
        provider_agb,
        declaration_id,
        version_id,
    from {{ ref('int_declarations_judged') }}
    where not (unknown_provider or unknown_insurer or unknown_performance_code)
),
{%- if is_incremental() %}

looked_at as (
    select
        provider_agb,
        declaration_id,
    from accepted
    {{- of_unbuilt_versions('declarations', 'version_id') }}
    union
    select
        provider_agb,
        declaration_id,
    from {{ this }}
),
{%- else %}

looked_at as (
    select
        provider_agb,
        declaration_id,
    from accepted
    group by provider_agb, declaration_id
    having count(*) > 1
),
{%- endif %}

versions as (
    select
        a.provider_agb,
        a.declaration_id,
        a.version_id,
        d.delivery_order,
    from accepted as a
    semi join looked_at as l
        on a.provider_agb = l.provider_agb and a.declaration_id = l.declaration_id
    inner join {{ ref('stg_deliveries') }} as d on a.version_id = d.version_id
)

select
    provider_agb,
    declaration_id,
    max_by(version_id, delivery_order) as version_id,
from versions
group by provider_agb, declaration_id
having count(*) > 1
