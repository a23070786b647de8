-- What the rules found, one below the other. The run gives dbt the names of the rule models that there are, since a
-- reference must be known before a model runs: a new rule needs no line here.
{%- for rule in var('finding_rules') %}
select * from {{ ref('int_finding_' ~ rule) }}
{%- if not loop.last %}
union all by name
{%- endif %}
{%- endfor %}
