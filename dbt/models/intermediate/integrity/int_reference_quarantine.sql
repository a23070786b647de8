-- Rows that wait for their reference in this run; they heal by themselves when it arrives.
{%- set feeds = {
    'declarations': ('int_declarations_waiting', ['unknown_provider', 'unknown_insurer', 'unknown_performance_code', 'sum_out_of_range'], 'amount_cents'),
    'capacity_snapshots': ('int_snapshots_waiting', ['unknown_provider'], none),
    'market_shares': ('int_market_shares_judged', ['unknown_insurer', 'unknown_provider', 'unknown_region', 'shares_do_not_sum'], none),
    'providers': ('int_providers_judged', ['unknown_region'], none),
    'tariffs': ('int_tariffs_judged', ['unknown_provider'], none),
    'budgets': ('int_budgets_judged', ['unknown_provider', 'unknown_insurer', 'sum_out_of_range'], 'amount_cents'),
    'payments': ('int_payments_judged', ['unknown_provider', 'unknown_insurer', 'sum_out_of_range'], 'amount_cents'),
    'population': ('int_population_judged', ['unknown_region'], none),
    'kpi_observations': ('int_observations_judged', ['unknown_provider', 'unknown_region'], none),
    'contacts': ('int_contacts_judged', ['unknown_provider'], none),
    'function_allocations': ('int_allocations_judged', ['unknown_provider', 'unknown_region', 'sum_out_of_range'], 'amount_cents'),
    'contracts': ('int_contracts_judged', ['unknown_provider', 'unknown_insurer'], none),
    'network_costs': ('int_network_costs_judged', ['unknown_provider', 'sum_out_of_range'], 'wage_cost_cents'),
    'exceptions': ('int_exceptions_judged', ['unknown_provider'], none),
    'locations': ('int_locations_judged', ['unknown_provider'], none),
} %}
{%- for feed, (model, rules, amount) in feeds.items() %}
select
    version_id,
    row,
    list_concat(
        {%- for rule in rules %}
        case when {{ rule }} then ['{{ rule }}'] else [] end{{ ',' if not loop.last }}
        {%- endfor %}
    ) as rules,
    {{ row_as_text(feed) }} as row_text,
    {{ amount if amount else 'cast(null as bigint)' }} as amount_cents,
from {{ ref(model) }}
where {{ rules | join(' or ') }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
