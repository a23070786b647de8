"""Every feed's contract, one file each; a new feed is one file and one line here."""

from dagster_project.feeds import (
    budgets,
    capacity_snapshots,
    contacts,
    contracts,
    declarations,
    exceptions,
    function_allocations,
    insurers,
    kpi_observations,
    kpi_rebasings,
    legal_indications,
    locations,
    market_shares,
    network_costs,
    payments,
    population,
    provider_costs,
    providers,
    service_areas,
    spending,
    tariffs,
    transition_arrangements,
)
from dagster_project.feeds.contract import Column, Feed, Rule

FEEDS: dict[str, Feed] = {
    module.FEED.name: module.FEED
    for module in (
        declarations,
        capacity_snapshots,
        market_shares,
        providers,
        insurers,
        tariffs,
        budgets,
        payments,
        population,
        contacts,
        kpi_observations,
        legal_indications,
        function_allocations,
        contracts,
        network_costs,
        exceptions,
        locations,
        service_areas,
        kpi_rebasings,
        provider_costs,
        transition_arrangements,
        spending,
    )
}

__all__ = ["FEEDS", "Column", "Feed", "Rule"]
