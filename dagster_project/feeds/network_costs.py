"""Costs that members of a care network invoice to its cashier (kosten bij de kassier)."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    AGB,
    EPISODE,
    Column,
    Feed,
    Rule,
    key,
    known_provider,
    sum_within,
)  # fmt: skip

FEED = Feed(
    name="network_costs",
    name_nl="Netwerkkosten",
    row="One invoice of a member to the cashier of its network.",
    key=("invoice_id",),
    tells_apart="An invoice is told apart by its number alone, over all networks and members: a member that numbers by itself puts its AGB before the number.",
    amount="wage_cost_cents",
    expected_every=timedelta(days=31),
    columns=(
        key("invoice_id", "Number of the invoice.", EPISODE),
        key("network_agb", "Network whose cashier pays (kassier).", AGB),
        key("member_agb", "Member that invoices.", AGB),
        Column("period_start", "date", "First day of the period."),
        Column("period_end", "date", "Last day of the period."),
        Column("staff_hours", "decimal", "Hours of staff.", scale=2, minimum=0, maximum=10**9),
        Column("wage_cost_cents", "int", "Real wage costs in eurocents.", minimum=0, maximum=10**13, money=True),
        Column("client_bound", "bool", "Whether the hours are bound to clients."),
        Column("client_activities", "int", "Activities for clients.", required=False, minimum=0, maximum=10**9),
    ),
    row_rules=(Rule("period_end_before_start", "period_end is before period_start"),),
    references=(known_provider("network_agb", "member_agb", on=("period_start", "period_end")),),
    set_rules=(sum_within("member_agb", "year(period_start)", amounts=("wage_cost_cents",)),),
)  # fmt: skip
