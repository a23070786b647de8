{# How findings, and the ledger finance.function_allocation, name a row of int_allocations_current. #}
{% macro allocation_line(relation) -%}
    concat_ws(
        '/', 'allocation', {{ relation }}.region_code, {{ relation }}.function, {{ relation }}.provider_agb,
        {{ relation }}.valid_from
    )
{%- endmacro %}
