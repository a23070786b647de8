{#- What is the same has the same hash, and millions of those cost less than the values themselves. -#}
{% test unique_combination_of_columns(model, combination_of_columns) %}
{%- set columns = combination_of_columns | join(', ') %}
with repeated as (
    select hash({{ columns }}) as repeated_hash
    from {{ model }}
    group by repeated_hash
    having count(*) > 1
)

select
    {{ columns }},
    count(*) as found,
from {{ model }}
where hash({{ columns }}) in (select repeated_hash from repeated)
group by {{ columns }}
having count(*) > 1
{% endtest %}
