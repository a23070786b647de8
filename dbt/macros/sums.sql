{# What the amounts of a feed may sum to for one provider and year, in cents: every sum of them, of whatever part, then
   fits decimal(18,2). contract.py has it for the deliverer. #}
{% macro largest_sum() -%}
    1000000000000000
{%- endmacro %}

{# The owners (provider and year) of which an amount sums to more than that. Signs are left aside, or amounts that cancel
   out would let parts of the sum be too large. `relation` has a key once within an owner. #}
{% macro sums_out_of_range(relation, owner, amounts) -%}
    select {{ owner | join(', ') }}
    from {{ relation }}
    group by {{ owner | join(', ') }}
    having
        {%- for amount in amounts %}
        {{ 'or ' if not loop.first }}sum(abs({{ amount }})) > {{ largest_sum() }}
        {%- endfor %}
{%- endmacro %}

{# A number that tells whether the rows of a relation are those they were, in any order: the sum of their hashes. #}
{% macro sum_of_hashes(relation) -%}
    sum(cast(hash({{ relation }}) as hugeint))
{%- endmacro %}
