{# A model's schema is the one it names: outsiders read finance.declaration, not main_finance.declaration. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
