{# Rows of a feed that a later delivery of the same key replaced. They are few: leaving them out costs less than ranking
   every row. A key that comes a second time is among those that are new, or was here before. #}
{% macro superseded(judged, feed, key, waits) -%}
{%- set keys = key | join(', ') -%}
with accepted as (
    select
        version_id,
        row,
        {{ keys }},
    from {{ ref(judged) }}
    where not ({{ waits | join(' or ') }})
),
{%- if is_incremental() %}

looked_at as (
    select {{ keys }}
    from accepted
    {{- of_unbuilt_versions(feed, 'version_id') }}
    union
    select {{ keys }}
    from {{ this }}
),
{%- else %}

looked_at as (
    select {{ keys }}
    from accepted
    group by {{ keys }}
    having count(*) > 1
),
{%- endif %}

versions as (
    select
        a.*,
        max(d.delivery_order) over (partition by {{ keys }}) <> d.delivery_order as is_superseded,
    from accepted as a
    semi join looked_at as l using ({{ keys }})
    inner join {{ ref('stg_deliveries') }} as d on a.version_id = d.version_id
)

select
    version_id,
    row,
    {{ keys }},
from versions
where is_superseded
{%- endmacro %}
