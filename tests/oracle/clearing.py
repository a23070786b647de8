"""The clearing ledger: what moved to a new holder, what it cost the old one, and whether that budget fell."""

from __future__ import annotations

from datetime import date

from .books import BudgetLines
from .door import Row, Values
from .money import euros
from .rules_of_records import allocation_name

FEED = (
    "valid_to", "funding_source", "cleared_from", "hours", "performed_before", "attribution", "contract_adapted",
    "zvw_verdict", "level", "individual_care", "traceable", "holder_is_provider",
)  # fmt: skip


def function_allocation(allocations: list[Row], budgets: BudgetLines) -> dict[tuple, dict[str, object]]:
    return {
        (values.region_code, values.function, values.provider_agb, values.valid_from): _row(values, budgets)
        for values in (row.values for row in allocations)
    }


def _row(values: Values, budgets: BudgetLines) -> dict[str, object]:
    begin = values.valid_from
    last_whole_before, first_whole_after = begin.year - 1, begin.year + (begin != date(begin.year, 1, 1))
    before = budgets.get((values.cleared_from, last_whole_before), [])
    after = budgets.get((values.cleared_from, first_whole_after), [])
    if any(line.function == values.function for line in before):
        cost, left = (
            sum(line.amount_cents for line in lines if line.function == values.function) for lines in (before, after)
        )
    else:
        cost, left = (sum(line.amount_cents for line in lines) for lines in (before, after))
    known, cleared = bool(before and after), values.cleared_amount_cents
    fell = known and cleared is not None and cost - left >= cleared
    return {name: getattr(values, name) for name in FEED} | {
        "own_patients_excluded": bool(values.own_patients_excluded),
        "amount_eur": euros(values.amount_cents) if values.amount_cents is not None else None,
        "budget_before_eur": euros(cost) if before else None,
        "budget_after_eur": euros(left) if after else None,
        "cleared_eur": euros(cleared) if cleared is not None else None,
        "net_eur": euros(values.amount_cents - (cleared or 0)) if values.amount_cents is not None else None,
        "status": (
            "attribution_missing"
            if not values.attribution
            else "nothing_to_clear"
            if values.performed_before is False
            else "cleared"
            if fell
            else "not_cleared"
        ),
        "allocation_line": allocation_name(values),
    }
