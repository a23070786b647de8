"""The finance tables from lines and books: columns in euros, keys as published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .books import UNASSIGNED, Book, Books, Shares, ShareSet
from .completion import Triangles, number_of
from .finding import Finding
from .forecasts import Forecasts
from .forecasts import months_of as forecast_months_of
from .lines import Line
from .money import euros, largest_remainder
from .payers import INSURER, Payers
from .reference import Reference

Table = dict[tuple, dict[str, object]]

SETTLEMENTS = ("provisional", "definitive")
PAID = ("claim", "lump_sum", "advance", "settlement")


def declaration(lines: Iterable[Line]) -> Table:
    return {line.id: _declaration(line) for line in lines}


def _declaration(line: Line) -> dict[str, object]:
    values, at = line.values, line.attributed_to
    return {
        "debit_credit": values.debit_credit,
        "corrects_declaration_id": values.corrects_declaration_id,
        "insurer_uzovi": values.insurer_uzovi,
        "patient_key": values.patient_key,
        "sector": at.provider.sector,
        "region_code": at.provider.region_code,
        "performance_code": values.performance_code,
        "function": at.tariff.function,
        "service_start": values.service_start,
        "service_month": line.month,
        "declared_on": values.declared_on,
        "quantity": values.quantity,
        "amount_eur": euros(line.cents),
        "counted": line.counted,
        "disputed_eur": euros(line.disputed_cents),
        "covers_budget": line.covers_budget,
        "macro_category": line.macro_category,
        "legal_framework": line.legal_framework,
        "episode_id": values.episode_id,
        "delivery_file": line.row.delivery.file,
        "delivery_row": line.row.number,
    }


def _place(reference: Reference, agb: str, year: int) -> dict[str, object]:
    provider = reference.providers.of_year(agb, year)
    return {
        "region_code": provider.region_code if provider else None,
        "sector": provider.sector if provider else None,
    }


def budget(books: Books, reference: Reference, payers: Payers) -> Table:
    return {
        (agb, year, values.component, values.parameter): {
            **_place(reference, agb, year),
            "edition": values.edition,
            "quantity": values.quantity,
            "unit_price_eur": euros(values.unit_price_cents),
            "percentage": Decimal(100) if values.percentage is None else values.percentage,
            "amount_eur": euros(values.amount_cents),
            "function": values.function,
            "representing_uzovi_1": values.representing_uzovi_1,
            "representing_uzovi_2": values.representing_uzovi_2,
            "legal_framework": values.legal_framework,
            "payer_kind": payers.of_budget_line(values),
        }
        for (agb, year), book in books.items()
        for values in book.budget
    }


def forecasts(books: Books, reference: Reference, triangles: Triangles) -> Forecasts:
    """Of every provider-year that matters."""
    return Forecasts(triangles, {key: _place(reference, *key)["sector"] for key, book in books.items() if book.matters})


def budget_realisation(books: Books, reference: Reference, as_of: date, expected: Forecasts) -> Table:
    table: Table = {}
    for (agb, year), book in books.items():
        place, cumulative = _place(reference, agb, year), 0
        beside = sum(book.lump_sum_by_month.values()) - sum(book.disputed_by_month.values())
        of_year = forecast_months_of(expected, agb, year, beside) if book.matters else {}
        for month in _months(book, year, as_of) if book.matters else []:
            declared, disputed = book.declared_by_month.get(month, 0), book.disputed_by_month.get(month, 0)
            lump_sum = book.lump_sum_by_month.get(month, 0)
            revenue = declared - disputed + lump_sum
            cumulative += revenue
            table[(agb, year, month)] = {
                **place,
                "budget_year_eur": euros(book.budget_cents),
                "declared_eur": euros(declared),
                "disputed_eur": euros(disputed),
                "lump_sum_eur": euros(lump_sum),
                "revenue_eur": euros(revenue),
                "cumulative_revenue_eur": euros(cumulative),
                "realisation_pct": cumulative / book.budget_cents * 100 if book.budget_cents else None,
                **of_year,
                **_completed(expected.triangles, agb, month, lump_sum - disputed),
            }
    return table


def _completed(triangles: Triangles, agb: str, month: date, beside_cents: int) -> dict[str, object]:
    """What a month that is over comes to in the end, and which share of its net amount is known."""
    number, last = number_of(month), triangles.last
    if number > last or agb not in triangles.providers or not triangles.rests_on(agb, last):
        return {"completed_revenue_eur": None, "maturity": None}
    known, expected = triangles.completed(agb, number, last)
    share = known / expected if expected > 0 else None
    return {
        "completed_revenue_eur": euros(expected + beside_cents),
        "maturity": share if share is None or share <= 1 else 1 / share,
    }


def _months(book: Book, year: int, as_of: date) -> list[date]:
    """January to December, not beyond the month of `as_of` unless a later month carries an amount."""
    last = max([as_of, *book.declared_by_month, *book.lump_sum_by_month])
    return [month for number in range(1, 13) if (month := date(year, number, 1)) <= last]


def payer_year(books: Books) -> Table:
    """Per payer its part of the budget, nothing where others alone have one, and what was earned of it."""
    return {
        (agb, year, payer): {
            "budget_eur": euros(budgeted) if book.budget else None,
            "revenue_eur": euros(earned),
            "difference_eur": euros(budgeted - earned) if book.budget else None,
        }
        for (agb, year), book in books.items()
        for payer in book.payers
        for budgeted, earned in [(book.budget_by_payer.get(payer, 0), book.revenue_by_payer.get(payer, 0))]
    }


def spending(rows: list) -> Table:
    """The national plan by line and year: planned and spent as delivered, what is open, and who is shown it."""
    by_kind: dict[tuple, dict[str, object]] = defaultdict(dict)
    for row in rows:
        by_kind[row.values.line, row.values.year][row.values.kind] = row.values
    return {key: _spending(of.get("planned"), of.get("spent")) for key, of in by_kind.items()}


def _spending(planned, spent) -> dict[str, object]:
    known = [values for values in (planned, spent) if values]
    priced = round(Fraction(planned.quantity) * planned.unit_price_cents) if planned else None
    return {
        "instrument": known[0].instrument,
        "planned_eur": euros(planned.amount_cents) if planned else None,
        "spent_eur": euros(spent.amount_cents) if spent else None,
        "open_eur": euros((planned.amount_cents if planned else 0) - (spent.amount_cents if spent else 0)),
        "priced_eur": euros(priced) if planned else None,
        "planned_above_priced_eur": euros(planned.amount_cents - priced) if planned else None,
        "reaches_insurers": all(values.instrument == "premium" for values in known),
    }


def settlement(books: Books, shares: Shares) -> Table:
    return {
        (agb, year, edition): _settlement(book, shares.settling(agb, year, edition))
        for (agb, year), book in books.items()
        if INSURER in book.payers
        for edition in SETTLEMENTS
    }


def _settlement(book: Book, share_set: ShareSet | None) -> dict[str, object]:
    row: dict[str, object] = {
        "budget_eur": None,
        "basis": book.basis,
        "revenue_eur": euros(book.settled_revenue_cents),
        "cost_eur": euros(book.cost_cents),
        "unspent_eur": None,
        "revenue_difference_eur": None,
        "instrument": None,
        "status": "no_budget",
        "shares_year": None,
        "budget_edition": None,
    }
    if not book.is_agreed:
        return row
    row |= {"budget_eur": euros(book.settled_budget_cents), "budget_edition": book.budget[0].edition}
    if book.cost_cents is not None:
        row["unspent_eur"] = euros(book.settled_budget_cents - book.cost_cents)
    difference = book.difference_cents
    if difference is None:
        return row | {"status": "costs_missing"}
    return row | {
        "revenue_difference_eur": euros(difference),
        "instrument": "closing_tariff" if difference > 0 else "settlement_amount" if difference < 0 else None,
        "status": "settled" if share_set else "shares_missing",
        "shares_year": share_set.year if share_set else None,
    }


def insurer_allocation(books: Books, shares: Shares) -> Table:
    table: Table = {}
    for (agb, year), book in books.items():
        for edition in SETTLEMENTS if book.is_agreed and book.difference_cents is not None else ():
            share_set = shares.settling(agb, year, edition)
            regional = shares.regional(agb, year, edition)
            for uzovi, row in _allocation(book, share_set, regional).items() if share_set else ():
                table[(agb, year, edition, uzovi)] = row
    return table


def _allocation(book: Book, share_set: ShareSet, regional: ShareSet | None) -> dict[str, dict[str, object]]:
    difference = book.difference_cents
    parts = largest_remainder(difference, share_set.weights)
    declared_weights = {uzovi: max(0, cents) for uzovi, cents in book.declared_by_insurer.items()}
    all_declared = sum(declared_weights.values())
    by_declared = largest_remainder(difference, declared_weights) if all_declared else None
    counts = (regional.counts if regional else None) or {}
    by_population = largest_remainder(difference, counts) if counts else None
    rows = {}
    for uzovi in sorted({*share_set.rows, *book.insurers, *counts}):
        burden = burden_cents(book, parts, uzovi)
        paid = {kind: book.paid_by_kind.get((uzovi, kind), 0) for kind in PAID}
        assumed = (uzovi, "claim") not in book.paid_by_kind
        if assumed:
            paid["claim"] = book.declared_by_insurer.get(uzovi, 0)
        share = share_set.rows.get(uzovi)
        rows[uzovi] = {
            "market_share": share.share if share else None,
            "declared_eur": euros(book.declared_by_insurer.get(uzovi, 0)),
            "disputed_eur": euros(book.disputed_by_insurer.get(uzovi, 0)),
            "lump_sum_eur": euros(paid["lump_sum"]),
            "part_eur": euros(parts.get(uzovi, 0)),
            "burden_eur": euros(burden),
            "advance_eur": euros(paid["advance"]),
            "claims_paid_eur": euros(paid["claim"]),
            "claims_assumed_paid": assumed,
            "still_to_pay_eur": euros(burden - sum(paid.values())),
            "declared_share": declared_weights.get(uzovi, 0) / all_declared if all_declared else None,
            "part_by_declared_share_eur": euros(by_declared.get(uzovi, 0)) if by_declared else None,
            "part_by_population_share_eur": euros(by_population.get(uzovi, 0)) if by_population else None,
        }
    return rows


def burden_cents(book: Book, parts: dict[str, int], uzovi: str) -> int:
    """Net declared − what of it is disputed + lump sums + part."""
    declared = book.declared_by_insurer.get(uzovi, 0) - book.disputed_by_insurer.get(uzovi, 0)
    return declared + book.paid_by_kind.get((uzovi, "lump_sum"), 0) + parts.get(uzovi, 0)


def to_reclaim(found: Iterable[Finding], payers: Payers) -> Table:
    """What has to come back, to an insurer under the Zvw alone, with the lowest rule that disputes the most of it."""
    largest: dict[tuple, Finding] = {}
    for finding in sorted(found, key=lambda finding: (-finding.disputed_cents, finding.rule)):
        if finding.line and finding.disputed_cents > 0 and finding.line.covers_budget:
            largest.setdefault(finding.line.id, finding)
    return {
        key: {
            "year": finding.line.month.year,
            "insurer_uzovi": finding.line.values.insurer_uzovi if payer == INSURER else None,
            "payer_kind": payer,
            "rule": finding.rule,
            "disputed_eur": euros(finding.line.disputed_cents),
        }
        for key, finding in largest.items()
        for payer in [payers.of_declaration(finding.line)]
    }


def insurer_macro_category(books: Books, allocation: Table) -> Table:
    """Every burden split over the macro categories of what was declared."""
    table: Table = {}
    for (agb, year, edition, uzovi), row in allocation.items():
        declared = books[(agb, year)].declared_by_category
        weights = {category: cents for (of, category), cents in declared.items() if of == uzovi and cents > 0}
        burden = int(row["burden_eur"].scaleb(2))
        for category, cents in largest_remainder(burden, weights or {UNASSIGNED: 1}).items():
            table[(agb, year, edition, uzovi, category)] = {"burden_eur": euros(cents)}
    return table
