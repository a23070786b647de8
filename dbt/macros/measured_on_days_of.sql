{# Whether `relation`, as b, has a measurement on some of the days of the row `row`, equal to it in the columns
   `same`. #}
{% macro measured_on_days_of(row, relation, same) -%}
exists (
    select 1
    from {{ relation }} as b
    where
        (b.{{ same | join(', b.') }}) = ({{ row }}.{{ same | join(', ' ~ row ~ '.') }})
        and b.first_day <= {{ row }}.last_day
        and b.last_day >= {{ row }}.first_day
)
{%- endmacro %}
