{# Splits cents over the rows of a group in proportion to whole weights, exactly: the floor of each part,
   then the cents left over to the largest fractions, ties to the lower `tie`; the sign comes back last.
   Integers only: |cents| × weight stays far inside hugeint. Null where the weights of a group sum to 0.

   relation: CTE with the group's columns, `cents` (the same on each row of a group) and `weight` (>= 0)
   into: name of the resulting column, in cents #}
{% macro largest_remainder(relation, group, tie, cents, weight, into) -%}
    {%- set window = 'partition by ' ~ group | join(', ') %}
    select
        * exclude (weight_total, part_floor, remainder),
        cast(
            sign({{ cents }}) * (
                part_floor
                + case
                    when
                        row_number() over ({{ window }} order by remainder desc, {{ tie }})
                        <= abs({{ cents }}) - sum(part_floor) over ({{ window }})
                        then 1
                    else 0
                end
            ) as bigint
        ) as {{ into }},
    from (
        select
            *,
            cast(abs({{ cents }}) as hugeint) * {{ weight }} // weight_total as part_floor,
            cast(abs({{ cents }}) as hugeint) * {{ weight }} % weight_total as remainder,
        from (
            select
                *,
                nullif(cast(sum({{ weight }}) over ({{ window }}) as hugeint), 0) as weight_total,
            from {{ relation }}
        )
    )
{%- endmacro %}
