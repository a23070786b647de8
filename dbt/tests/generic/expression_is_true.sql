{#- As dbt_utils has it. dbt's own not_null and accepted_values find a value and not the row that it stands in; this finds
    whole rows, whose keys are named, of all columns in one pass, and null is never true. -#}
{% test expression_is_true(model, expression) %}
select *
from {{ model }}
where ({{ expression }}) is not true
{% endtest %}
