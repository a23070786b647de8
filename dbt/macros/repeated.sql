{# Keys of a feed that were delivered and accepted more than once, with the delivery that stands. They are few: dropping
   their older versions costs less than ranking every row. A key that comes a second time is among those that are new,
   or was here before. #}
{% macro repeated(judged, feed, key, waits) -%}
{%- set keys = key | join(', ') -%}
with accepted as (
    select
        {{ keys }},
        version_id,
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
        d.delivery_order,
    from accepted as a
    semi join looked_at as l using ({{ keys }})
    inner join {{ ref('stg_deliveries') }} as d on a.version_id = d.version_id
)

select
    {{ keys }},
    max_by(version_id, delivery_order) as version_id,
from versions
group by {{ keys }}
having count(*) > 1
{%- endmacro %}
