{# The key of a row as text, its columns in order; an empty one stays a place of its own. #}
{% macro key_as_text(columns) -%}
    concat_ws(
        ' '
        {%- for column in columns -%}
        , coalesce(cast({{ column }} as varchar), '-')
        {%- endfor -%}
    )
{%- endmacro %}
