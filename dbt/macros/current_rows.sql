{# The rows of a feed that count, made from its contract (feed_contracts.sql): what was accepted, without what waits, and
   of each key the row of the latest delivery. Every row keeps the file version and the row that it came from. #}
{% macro current_rows(feed) -%}
{%- set contract = feed_contract(feed) -%}
with accepted as (
    {{ accepted_rows(feed) }}
),

latest as (
    {{ latest_rows('accepted', contract) }}
)

select
    version_id,
    row,
    delivery_date,
    delivery_file,
    {%- for column in contract.columns %}
    {{ column }},
    {%- endfor %}
from latest
{%- endmacro %}

{# The rows of a feed that wait for nothing, of every delivery; also those that a later one replaced. #}
{% macro accepted_rows(feed) -%}
    select *
    from (
        {{ validated_rows(feed) }}
    )
    {%- if feed_contract(feed).reference_rules %}
    where not ({{ feed_contract(feed).reference_rules | join(' or ') }})
    {%- endif %}
{%- endmacro %}

{# The rows of a feed that wait in this run, with the rules that keep them; they heal when their reference arrives.
   `relation`: where the feed's rows are validated already. #}
{% macro waiting_rows(feed, relation=none) -%}
{%- set contract = feed_contract(feed) -%}
select
    version_id,
    row,
    list_filter([
        {%- for rule in contract.reference_rules %}
        case when {{ rule }} then '{{ rule }}' end,
        {%- endfor %}
    ], lambda rule: rule is not null) as rules,
    {{ row_as_text(contract) }} as row_text,
    cast({{ contract.amount or 'null' }} as bigint) as amount_cents,
{%- if relation %}
from {{ relation }}
{%- else %}
from (
    {{ validated_rows(feed) }}
)
{%- endif %}
where {{ contract.reference_rules | join(' or ') }}
{%- endmacro %}

{# Every accepted row of a feed with its delivery, and for each rule that a run judges whether it breaks it: references
   first, then sets of what is left. #}
{% macro validated_rows(feed) -%}
{%- set contract = feed_contract(feed) -%}
with referenced as (
    {{ referenced_rows(contract) }}
)
{%- for set_rule in contract.set_rules %}
{%- set sets = set_rule.rule ~ '_sets' %},

{# A row that was delivered again for another set counts in both here, so that whichever is current is within. #}
{{ set_rule.rule }}_rows as (
    select
        *,
        {%- for expression in set_rule.by %}
        {{ expression }} as set_{{ loop.index }},
        {%- endfor %}
    from referenced
    {%- if contract.references %}
    where not ({{ contract.references | map(attribute='rule') | unique | join(' or ') }})
    {%- endif %}
),

{{ set_rule.rule }}_latest as (
    {{ latest_rows(set_rule.rule ~ '_rows', contract, set_columns(set_rule)) }}
),

{{ sets }} as (
    {{ sets_that_break(set_rule, set_rule.rule ~ '_latest') }}
)
{%- endfor %}

select
    r.*,
    {%- for set_rule in contract.set_rules %}
    exists (
        select 1
        from {{ set_rule.rule }}_sets as s
        where
            {%- for expression in set_rule.by %}
            {{ 'and ' if not loop.first }}s.set_{{ loop.index }} = {{ expression }}
            {%- endfor %}
    ) as {{ set_rule.rule }},
    {%- endfor %}
from referenced as r
{%- endmacro %}

{# Every accepted row of a feed with its delivery, and for each reference rule whether it breaks it. #}
{% macro referenced_rows(contract) -%}
    select
        s.*,
        d.delivery_date,
        d.delivery_order,
        d.delivery_file,
        {%- for rule in contract.references | map(attribute='rule') | unique %}
        {{ breaks_reference(contract, rule) }} as {{ rule }},
        {%- endfor %}
    from {{ source('raw', contract.feed) }} as s
    inner join {{ ref('stg_deliveries') }} as d on s.version_id = d.version_id
{%- endmacro %}

{# Of each key the row of the latest delivery date, within it of the last file name: a file has a key once (repeated_key,
   at the door), so the order is total. Where the feed says so, a later date replaces a set of rows whole, files of one
   date belonging together; a row that waits replaces nothing. #}
{% macro latest_rows(relation, contract, further=[]) -%}
    select *
    from {{ relation }}
    qualify
        row_number() over (
            partition by {{ (contract.key + further) | join(', ') }} order by delivery_order desc
        ) = 1
        {%- if contract.replaced_whole_by %}
        and delivery_date = max(delivery_date) over (partition by {{ contract.replaced_whole_by | join(', ') }})
        {%- endif %}
{%- endmacro %}

{% macro set_columns(set_rule) -%}
    {%- set names = [] -%}
    {%- for _ in set_rule.by -%}{%- do names.append('set_' ~ loop.index) -%}{%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{# The sets of the rows of `relation` that break a rule. #}
{% macro sets_that_break(set_rule, relation) -%}
    {%- if set_rule.rule == 'shares_do_not_sum' -%}
        {{ shares_that_do_not_sum(relation, set_columns(set_rule)) }}
    {%- else -%}
        {{ sums_out_of_range(relation, set_columns(set_rule), set_rule.amounts) }}
    {%- endif -%}
{%- endmacro %}

{# Sets of market shares that are further from 1 than rounding to eight places explains. #}
{% macro shares_that_do_not_sum(relation, by) -%}
    select {{ by | join(', ') }}
    from {{ relation }}
    group by {{ by | join(', ') }}
    having abs(sum(share) - 1) > cast(0.00000005 as decimal(18, 8)) * count(*)
{%- endmacro %}

{# Whether a row names somebody who is unknown on all of its own days, or an unknown region. #}
{% macro breaks_reference(contract, rule) -%}
    {%- for reference in contract.references if reference.rule == rule %}
    {%- for column in reference.columns %}
    ({{ is_unknown_value(contract, reference, 's.' ~ column) }}
    {%- if reference.pattern %} and regexp_matches(s.{{ column }}, '{{ reference.pattern }}'){% endif %}
    {%- for value in reference.also %} and s.{{ column }} <> '{{ value }}'{% endfor %})
    {{- ' or ' if not loop.last }}
    {%- endfor %}
    {{- ' or ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro is_unknown_value(contract, reference, value) -%}
    {%- if reference.known_as == 'region_code' -%}
        {{ is_unknown_region(value) }}
    {%- else -%}
        {%- set days = reference_days(contract, reference.on) -%}
        {{ is_unknown(reference.known_as, value, days[0], days[1]) }}
    {%- endif -%}
{%- endmacro %}

{# The first and last day of a row, by the type of the columns that tell them. #}
{% macro reference_days(contract, on) -%}
    {%- set type = contract.columns[on[0]].type -%}
    {%- if on | length == 2 -%}
        {{ return(['s.' ~ on[0], 's.' ~ on[1]]) }}
    {%- elif type == 'bigint' -%}
        {{ return(['make_date(s.' ~ on[0] ~ ', 1, 1)', 'make_date(s.' ~ on[0] ~ ', 12, 31)']) }}
    {%- elif type == 'date' -%}
        {{ return(['s.' ~ on[0], 's.' ~ on[0]]) }}
    {%- else -%}
        {{ return([local_date('s.' ~ on[0]), local_date('s.' ~ on[0])]) }}
    {%- endif -%}
{%- endmacro %}
