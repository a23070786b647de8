{# What of declarations fills up with time, summed over debits: net cents of what covers the budget, and the counts that
   KPIs are made of. #}
{% macro developing_measures(debit, role) -%}
    {%- set is_debit = debit ~ ".debit_credit = 'D'" -%}
    cast(coalesce(sum({{ debit }}.amount_cents) filter (
        where {{ is_debit }} and {{ debit }}.covers_budget
    ), 0) as bigint) as net_cents,
    count(*) filter (where {{ is_debit }}) as debits,
    count(*) filter (where {{ is_debit }} and {{ role }}.role in ('ride', 'ride_without_transport')) as rides,
    count(*) filter (where {{ is_debit }} and {{ role }}.role = 'ride_without_transport') as empty_rides,
    count(*) filter (where {{ is_debit }} and {{ role }}.role = 'emergency_contact') as contacts,
{%- endmacro %}

{# The month whose end is the last one on or before a day: deliveries of a month that is not over wait. #}
{% macro last_whole_month(day) -%}
    cast({{ month_of(day ~ ' + 1') }} - interval 1 month as date)
{%- endmacro %}

{# Month ends that a history needs before anything is completed by it. #}
{% macro least_history() -%}
    12
{%- endmacro %}

{# A double that stands for cents, as whole cents, half to even; what a product of ratios misses of a half by its last bits
   is a half. #}
{% macro whole_cents(amount) -%}
    cast(round_even(round({{ amount }}, 6), 0) as bigint)
{%- endmacro %}

{# Share that is known of what is expected; more than all is as far off as its inverse. Null where nothing is expected. #}
{% macro share_known(known, expected) -%}
    case
        when {{ expected }} > 0 and {{ known }} > {{ expected }}
            then cast({{ expected }} as double) / cast({{ known }} as double)
        when {{ expected }} > 0 then greatest(cast({{ known }} as double) / cast({{ expected }} as double), 0)
    end
{%- endmacro %}
