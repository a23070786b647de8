"""Runs every step over a landing folder: `python -m tests.benchmark.in_polars LANDING OUT LEFT_OUT`."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from tests.benchmark.in_polars.allocation import allocate, spread_over_categories
from tests.benchmark.in_polars.budgets import (
    read_budget,
    read_payments,
    sum_earned,
    sum_months,
    sum_years,
    with_realisation,
)
from tests.benchmark.in_polars.capacity import find_stops, read_snapshots, sum_hours
from tests.benchmark.in_polars.declarations import keep_current, match_credits, read_declared, with_corrections
from tests.benchmark.in_polars.disputes import dispute
from tests.benchmark.in_polars.landing import Landing
from tests.benchmark.in_polars.patients import name_patients
from tests.benchmark.in_polars.registers import read_registers
from tests.benchmark.in_polars.settlement import choose_shares, read_shares, settle
from tests.benchmark.in_polars.writing import (
    write_allocation,
    write_budget,
    write_categories,
    write_declaration,
    write_hourly,
    write_realisation,
    write_settlement,
    write_stop,
)


def run_in_polars(folder: Path, out: Path, left_out: set[str]) -> None:
    """Write the finance and capacity tables of the landing `folder` into the new DuckDB file `out`."""
    landing = Landing(folder, left_out)
    registers = read_registers(landing)
    with duckdb.connect(out) as connection:
        connection.execute("create schema finance")
        connection.execute("create schema capacity")

        snapshots = read_snapshots(landing, registers)
        write_hourly(connection, sum_hours(snapshots))
        write_stop(connection, find_stops(snapshots))
        del snapshots

        declared = read_declared(landing, registers)
        patients = name_patients(landing, declared)
        current = keep_current(declared, patients)
        del declared
        credits = match_credits(current)
        disputed = dispute(current, credits, landing, registers, patients)
        declaration = with_corrections(current, credits, disputed)
        del current
        write_declaration(connection, declaration, patients, landing.files)
        earned = sum_earned(declaration)
        del declaration

        budget = read_budget(landing, registers)
        write_budget(connection, budget, registers.provider_years)
        payments = read_payments(landing, registers)
        months = sum_months(earned, payments)
        years = sum_years(budget, months, registers.provider_years)
        write_realisation(connection, with_realisation(years, months, landing.as_of))

        shares = read_shares(landing, registers)
        chosen = choose_shares(shares, years)
        settlements = settle(years, chosen)
        write_settlement(connection, settlements)
        burdens = allocate(settlements, chosen, shares, earned, payments)
        write_allocation(connection, burdens)
        write_categories(connection, spread_over_categories(burdens, earned))


if __name__ == "__main__":
    listed = Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()
    run_in_polars(Path(sys.argv[1]), Path(sys.argv[2]), set(listed))
