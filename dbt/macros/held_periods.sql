{# The days on which each row counts. Of the rows of one owner that are valid on a day the one with the latest valid_from
   counts, so an open row holds again after a temporary one ends. Periods of one owner never overlap, and a join by day
   multiplies nothing; a row that is interrupted has a period before and one after.

   relation: CTE with the owner's columns (null is an owner of its own), valid_from, one row per owner and valid_from,
   and valid_to, null where it is open. Gives its other columns with valid_from and valid_until of each period. #}
{% macro held_periods(relation, owner) -%}
    {%- set owners = owner | join(', ') -%}
    select
        r.* exclude (valid_from, valid_to),
        h.first_on as valid_from,
        h.last_on as valid_until,
    from (
        select
            *,
            cast(
                coalesce(lead(first_on) over (partition by {{ owners }} order by first_on) - 1, date '9999-12-31') as date
            ) as last_on,
        from (
            select
                *,
                lag(held_from) over (partition by {{ owners }} order by first_on) as held_before,
            from (
                select
                    {%- for column in owner %}
                    b.{{ column }},
                    {%- endfor %}
                    b.first_on,
                    max(c.valid_from) as held_from,
                from (
                    select {{ owners }}, valid_from as first_on from {{ relation }}
                    union
                    select {{ owners }}, valid_to + 1 as first_on from {{ relation }} where valid_to < date '9999-12-31'
                ) as b
                left join {{ relation }} as c
                    on
                        {%- for column in owner %}
                        b.{{ column }} is not distinct from c.{{ column }} and
                        {%- endfor %}
                        b.first_on >= c.valid_from
                        and b.first_on <= coalesce(c.valid_to, date '9999-12-31')
                group by all
            )
        )
        -- Days of which nothing counts are a period too, until here: the one before it ends where they begin.
        where held_from is distinct from held_before
    ) as h
    inner join {{ relation }} as r
        on
            {%- for column in owner %}
            h.{{ column }} is not distinct from r.{{ column }} and
            {%- endfor %}
            h.held_from = r.valid_from
{%- endmacro %}
