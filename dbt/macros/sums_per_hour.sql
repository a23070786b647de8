{# The snapshots of a relation summed per location, unit and hour; places over those that have both numbers, or their
   means would be of different snapshots. With more snapshots than minutes that have one, a
   measurement may have been delivered twice. #}
{% macro sums_per_hour(relation) -%}
    select
        provider_agb,
        location_code,
        unit,
        {{ hour_of('measured_at') }} as hour,
        sum(places_occupied) filter (where places_total is not null) as occupied,
        sum(places_total) filter (where places_occupied is not null) as total,
        count(places_occupied + places_total) as pairs,
        max(list_position(['open', 'pressure', 'stop', 'timeout'], status)) as worst_rank,
        count(*) as snapshots,
        bit_count(bit_or(cast(1 as bigint) << (epoch_us(measured_at) // 60000000 % 60))) < count(*) as may_repeat,
    from {{ relation }}
    group by provider_agb, location_code, unit, {{ hour_of('measured_at') }}
{%- endmacro %}
