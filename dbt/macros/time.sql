{# The day in the Netherlands of an instant, whatever the session's time zone. #}
{% macro local_date(instant) -%}
    cast(timezone('Europe/Amsterdam', {{ instant }}) as date)
{%- endmacro %}

{# The first day of the month of a day; date_trunc alone gives a timestamp. #}
{% macro month_of(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{# The hour of an instant. date_trunc gives both hours of the 25-hour day the same name; every offset of the
   Netherlands is a whole number of hours, so the hours of UTC are its hours too. #}
{% macro hour_of(instant) -%}
    make_timestamptz(epoch_us({{ instant }}) // 3600000000 * 3600000000)
{%- endmacro %}
