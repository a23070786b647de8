{# Whether a figure rests on so few insurers or patients that it tells of one of them; on nobody is not few. `limits` is
   the alias of int_disclosure_limits. #}
{% macro too_few(insurers, patients, limits='l') -%}
({{ insurers }} between 1 and {{ limits }}.insurers - 1 or {{ patients }} between 1 and {{ limits }}.patients - 1)
{%- endmacro %}
