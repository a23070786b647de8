{# The snapshots of a relation summed per location, unit and hour. With more snapshots than minutes that have one, a
   measurement may have been delivered twice. #}
{% macro sums_per_hour(relation) -%}
    select
        provider_agb,
        location_code,
        unit,
        {{ hour_of('measured_at') }} as hour,
        sum(places_occupied) as occupied,
        count(places_occupied) as occupied_count,
        sum(places_total) as total,
        count(places_total) as total_count,
        max(list_position(['open', 'pressure', 'stop', 'timeout'], status)) as worst_rank,
        count(*) as snapshots,
        bit_count(bit_or(cast(1 as bigint) << (epoch_us(measured_at) // 60000000 % 60))) < count(*) as may_repeat,
    from {{ relation }}
    group by provider_agb, location_code, unit, {{ hour_of('measured_at') }}
{%- endmacro %}
