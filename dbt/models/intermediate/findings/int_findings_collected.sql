-- What the rules found, one below the other. dbt has to know what a model reads before it runs, so a new rule is named
-- here.
{%- set rules = [
    'r01', 'r02', 'r03', 'r04', 'r05', 'r06', 'r07', 'r08', 'r09',
    'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'r16', 'r17', 'r18',
] %}
{%- for rule in rules %}
select * from {{ ref('int_finding_' ~ rule) }}
{%- if not loop.last %}
union all by name
{%- endif %}
{%- endfor %}
