{# A letter that is not Latin; letters that belong to no script, such as the sign of micro, are in all. #}
{% macro other_script() -%}
    [^\p{Latin}\p{Common}\p{Inherited}\P{L}]
{%- endmacro %}

{# A pattern for `like` that takes any character where the text has a letter of another script; `!` escapes. #}
{% macro any_letter_of_other_script(text) -%}
    regexp_replace(regexp_replace({{ text }}, '([!%_])', '!\1', 'g'), '{{ other_script() }}', '_', 'g')
{%- endmacro %}
