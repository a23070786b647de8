{#- As dbt_utils has it. dbt's own not_null and accepted_values find a value and not its row; this finds whole rows, of
    which the keys are named, for any number of columns in one pass, and null is never true. -#}
{% test expression_is_true(model, expression) %}
select *
from {{ model }}
where ({{ expression }}) is not true
{% endtest %}
