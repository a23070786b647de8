-- Rows that wait for their reference in this run; they heal by themselves when it arrives. Feeds of millions of rows
-- are validated by what is new, in models of their own.
{%- set validated = {
    'declarations': ref('int_declarations_waiting'),
    'contacts': ref('int_contacts_validated'),
    'capacity_snapshots': ref('int_snapshots_waiting'),
} %}
{%- for feed in feeds_that_wait() %}
{{ waiting_rows(feed, validated.get(feed)) }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
