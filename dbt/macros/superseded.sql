{# Rows of a feed that a later delivery of the same key replaced. They are few: leaving them out costs less than ranking
   every row. A key that comes a second time is among those that are new, or was here before. Hashes narrow, for of
   millions of keys they cost less than the keys. `out_of_range`: a model of the providers and years whose rows wait for
   their sum, and so replace nothing. #}
{% macro superseded(validated, feed, key, waits, out_of_range=none) -%}
{%- set keys = key | join(', ') -%}
with accepted as not materialized (
    select
        version_id,
        row,
        {{ keys }},
        hash({{ keys }}) as key_hash,
        {%- if out_of_range %}
        service_on,
        {%- endif %}
    from {{ ref(validated) }}
    where not ({{ waits | join(' or ') }})
),
{%- if is_change_run() %}

looked_at as (
    select key_hash
    from accepted
    {{- of_pending_versions(feed, 'version_id') }}
    union
    select hash({{ keys }}) as key_hash
    from {{ this }}
),
{%- else %}

looked_at as (
    select key_hash
    from accepted
    group by key_hash
    having count(*) > 1
),
{%- endif %}

versions as (
    select
        a.*,
        max(d.delivery_order) over (partition by {{ keys }}) <> d.delivery_order as is_superseded,
        lead(d.delivery_date) over (partition by {{ keys }} order by d.delivery_order) as superseded_on,
    from accepted as a
    semi join looked_at as l on a.key_hash = l.key_hash
    inner join {{ ref('stg_deliveries') }} as d on a.version_id = d.version_id
    {%- if out_of_range %}
    anti join {{ ref(out_of_range) }} as b on a.provider_agb = b.provider_agb and year(a.service_on) = b.year
    {%- endif %}
)

select
    version_id,
    row,
    {{ keys }},
    superseded_on,
from versions
where is_superseded
{%- endmacro %}
