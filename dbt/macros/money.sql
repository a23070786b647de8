{# Eurocents (integer) to euros, exactly. #}
{% macro eur(cents) -%}
    cast(cast({{ cents }} as decimal(20, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
{%- endmacro %}

{# The same for a sum that nothing bounds, such as of a file with its quarantined rows: null where decimal(18,2) can't hold
   it, so that no file stops a night. #}
{% macro eur_of_any(cents) -%}
    case when abs({{ cents }}) < 1000000000000000000 then {{ eur(cents) }} end
{%- endmacro %}

{# A debit counts up, a credit down. #}
{% macro signed(cents) -%}
    case debit_credit when 'D' then {{ cents }} else -{{ cents }} end
{%- endmacro %}

{# numerator / denominator for whole numbers >= 0, rounded half even, without leaving the integers. #}
{% macro divided_half_even(numerator, denominator) -%}
    cast(
        {{ numerator }} // {{ denominator }}
        + case
            when 2 * ({{ numerator }} % {{ denominator }}) > {{ denominator }} then 1
            when 2 * ({{ numerator }} % {{ denominator }}) = {{ denominator }}
                then ({{ numerator }} // {{ denominator }}) % 2
            else 0
        end as bigint
    )
{%- endmacro %}
