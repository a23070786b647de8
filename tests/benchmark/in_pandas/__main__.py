"""`python -m tests.benchmark.in_pandas LANDING OUT LEFT_OUT`: the tables into the new DuckDB file OUT."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from tests.benchmark.delivered import listed
from tests.benchmark.in_pandas.allocation import build_insurer_allocation, build_insurer_macro_category, insurer_burdens
from tests.benchmark.in_pandas.budgets import (
    build_budget,
    build_budget_realisation,
    earned_revenue,
    provider_budget_years,
    provider_months,
    read_payments,
)
from tests.benchmark.in_pandas.capacity import build_capacity
from tests.benchmark.in_pandas.declaration_table import build_declaration
from tests.benchmark.in_pandas.reading import Deliveries
from tests.benchmark.in_pandas.registers import Registers, read_registers
from tests.benchmark.in_pandas.settlement import build_settlement, choose_share_sets, read_shares, settle
from tests.benchmark.in_pandas.writing import write_tables


def main(landing: Path, out: Path, left_out: Path) -> None:
    deliveries = Deliveries(landing, listed(left_out))
    registers = read_registers(deliveries)
    hourly, stop = build_capacity(deliveries, registers.providers)
    finance = build_finance(deliveries, registers)
    write_tables(out, finance | {"capacity.hourly": hourly, "capacity.stop": stop})


def build_finance(deliveries: Deliveries, registers: Registers) -> dict[str, pd.DataFrame]:
    declaration = build_declaration(deliveries, registers)
    budget, payments = build_budget(deliveries, registers), read_payments(deliveries, registers)
    earned = earned_revenue(declaration)
    months = provider_months(earned, payments)
    years = provider_budget_years(budget, months, registers.provider_years)
    shares = read_shares(deliveries, registers)
    share_sets = choose_share_sets(years, shares)
    settlements = settle(years, share_sets)
    burdens = insurer_burdens(settlements, share_sets, shares, earned, payments)
    return {
        "finance.declaration": declaration,
        "finance.budget": budget,
        "finance.budget_realisation": build_budget_realisation(years, months, deliveries.as_of),
        "finance.settlement": build_settlement(settlements),
        "finance.insurer_allocation": build_insurer_allocation(burdens),
        "finance.insurer_macro_category": build_insurer_macro_category(burdens, earned),
    }


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
