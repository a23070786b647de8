{# Rows of one feed with the same key: the latest delivery date wins, within it the last file name.
   A file has a key once (repeated_key, at the door), so the order of deliveries is total. #}
{% macro latest_by_key(relation, key) -%}
    select *
    from {{ relation }}
    qualify row_number() over (partition by {{ key | join(', ') }} order by delivery_order desc) = 1
{%- endmacro %}
