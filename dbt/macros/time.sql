{# The day in the Netherlands of an instant, whatever the session's time zone. #}
{% macro local_date(instant) -%}
    cast(timezone('Europe/Amsterdam', {{ instant }}) as date)
{%- endmacro %}

{# The first day of the month of a day; date_trunc alone gives a timestamp. #}
{% macro month_of(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}
