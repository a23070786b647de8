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

{# Whether an instant is out of hours (avond, nacht, weekend: anw): not from 8 to 18 local time on a working day. The
   holidays on which nobody works are those of the tariffs of GP out-of-hours services (NZa, BR/REG-23137a). #}
{% macro is_anw(instant) -%}
    (
        isodow({{ local_date(instant) }}) > 5
        or hour(timezone('Europe/Amsterdam', {{ instant }})) not between 8 and 17
        or {{ local_date(instant) }} in (select holiday_on from {{ ref('int_anw_holidays') }})
    )
{%- endmacro %}

{# The last day of a month, quarter or year that begins on a day. #}
{% macro last_day_of_period(period_type, period_start) -%}
    last_day(
        cast(
            {{ period_start }}
            + case {{ period_type }}
                when 'month' then interval 0 month when 'quarter' then interval 2 month else interval 11 month
            end as date
        )
    )
{%- endmacro %}
