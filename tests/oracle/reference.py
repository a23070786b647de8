"""Reference rules: is each delivered row version backed by the reference feeds; and the tariff in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from .door import Row, Values
from .periods import Periods, key_of, latest, latest_editions
from .row_rules import local_day

TOLERANCE_PER_INSURER = Decimal("0.00000005")
LARGEST_SUM = 10**15
REGIONS = {
    "noord", "zwolle", "euregio", "oost", "midden", "noord_holland_flevoland", "west", "zuidwest", "brabant", "limburg",
}  # fmt: skip
COUNTRY = "NL"

Amounts = tuple[int, ...]
SUMMED: dict[str, Callable[[Values], tuple[str, int, Amounts]]] = {
    "declarations": lambda v: (v.provider_agb, local_day(v.service_start).year, (v.amount_cents,)),
    "budgets": lambda v: (v.provider_agb, v.year, (v.amount_cents,)),
    "payments": lambda v: (v.provider_agb, v.for_year, (v.amount_cents,)),
    "provider_costs": lambda v: (v.provider_agb, v.year, (v.amount_cents,)),
    "network_costs": lambda v: (v.member_agb, v.period_start.year, (v.wage_cost_cents,)),
    "function_allocations": lambda v: (
        v.provider_agb, v.valid_from.year, (v.amount_cents or 0, v.cleared_amount_cents or 0),
    ),
}  # fmt: skip
"""Feeds with amounts: whose a row is, of which year, and its amounts, each of which has a sum of its own."""


class Reference:
    """Providers, insurers and tariffs as delivered so far, by the days on which they hold."""

    def __init__(self, providers: Iterable[Row], insurers: Iterable[Row], tariffs: Iterable[Row]) -> None:
        placed = latest(row for row in providers if row.values.region_code in REGIONS)
        self.providers = Periods((row.values for row in placed.values()), lambda record: record.agb)
        self.insurers = Periods((row.values for row in latest(insurers).values()), lambda record: record.uzovi)
        known = (row for row in tariffs if not self._tariffs_faults(row.values))
        current = [row.values for row in latest(known).values()]
        self._own = Periods(
            (tariff for tariff in current if tariff.provider_agb),
            lambda tariff: (tariff.performance_code, tariff.provider_agb),
        )
        self._national = Periods(
            (tariff for tariff in current if not tariff.provider_agb),
            lambda tariff: (tariff.performance_code, tariff.sector),
        )

    def tariff(self, code: str, agb: str, day: date) -> Values | None:
        """The provider's own tariff of the code on that day, else the national one of its sector."""
        if own := self._own.on((code, agb), day):
            return own
        provider = self.providers.on(agb, day)
        return self._national.on((code, provider.sector), day) if provider else None

    def faults(self, row: Row) -> set[str]:
        """The reference rules that one row version breaks, sets of shares left aside."""
        judge = getattr(self, f"_{row.delivery.feed.name}_faults", None)
        return judge(row.values) if judge else set()

    def _declarations_faults(self, values: Values) -> set[str]:
        day = local_day(values.service_start)
        faults = self._unknown(values.provider_agb, values.insurer_uzovi, day, day)
        # A code is judged by the provider's sector, so not where the provider is unknown.
        is_unknown_code = self.tariff(values.performance_code, values.provider_agb, day) is None
        if "unknown_provider" not in faults and is_unknown_code:
            faults.add("unknown_performance_code")
        return faults

    def _capacity_snapshots_faults(self, values: Values) -> set[str]:
        day = local_day(values.measured_at)
        return self._unknown(values.provider_agb, None, day, day)

    def _payments_faults(self, values: Values) -> set[str]:
        return self._unknown(values.provider_agb, values.insurer_uzovi, values.paid_on, values.paid_on)

    def _market_shares_faults(self, values: Values) -> set[str]:
        year = _year(values.year)
        if is_provider(values.scope):
            return self._unknown(values.scope, values.insurer_uzovi, *year)
        return self._unknown(None, values.insurer_uzovi, *year) | _unknown_region(values.scope)

    def _providers_faults(self, values: Values) -> set[str]:
        return _unknown_region(values.region_code)

    def _population_faults(self, values: Values) -> set[str]:
        return _unknown_region(values.region_code)

    def _service_areas_faults(self, values: Values) -> set[str]:
        return self._unknown(values.provider_agb, None, *_year(values.year)) | _unknown_region(values.region_code)

    def _provider_costs_faults(self, values: Values) -> set[str]:
        return self._unknown(values.provider_agb, None, *_year(values.year))

    def _locations_faults(self, values: Values) -> set[str]:
        return self._of_period(values, "provider_agb")

    def _budgets_faults(self, values: Values) -> set[str]:
        year = _year(values.year)
        return (
            self._unknown(values.provider_agb, None, *year)
            | self._unknown(None, values.representing_uzovi_1, *year)
            | self._unknown(None, values.representing_uzovi_2, *year)
        )

    def _tariffs_faults(self, values: Values) -> set[str]:
        return self._of_period(values, "provider_agb")

    def _contacts_faults(self, values: Values) -> set[str]:
        day = local_day(values.offered_at)
        return self._unknown(values.provider_agb, None, day, day)

    def _kpi_observations_faults(self, values: Values) -> set[str]:
        faults = self._unknown(values.provider_agb, None, values.period_start, values.period_end)
        return faults if values.region_code == COUNTRY else faults | _unknown_region(values.region_code)

    def _kpi_rebasings_faults(self, values: Values) -> set[str]:
        return set() if values.region_code in (COUNTRY, "all") else _unknown_region(values.region_code)

    def _function_allocations_faults(self, values: Values) -> set[str]:
        return self._of_period(values, "provider_agb", "cleared_from") | _unknown_region(values.region_code)

    def _transition_arrangements_faults(self, values: Values) -> set[str]:
        faults = self._of_period(values, "insurer_uzovi")
        return faults if values.region_code is None else faults | _unknown_region(values.region_code)

    def _contracts_faults(self, values: Values) -> set[str]:
        return self._of_period(values, "provider_agb", "network_agb", "insurer_uzovi")

    def _network_costs_faults(self, values: Values) -> set[str]:
        days = (values.period_start, values.period_end)
        return self._unknown(values.network_agb, None, *days) | self._unknown(values.member_agb, None, *days)

    def _exceptions_faults(self, values: Values) -> set[str]:
        return self._of_period(values, "provider_agb", "counter_provider_agb")

    def _of_period(self, values: Values, *names: str) -> set[str]:
        """Whoever is named must be known on some day from valid_from to valid_to."""
        faults: set[str] = set()
        for name in names:
            named = (None, getattr(values, name)) if name.endswith("_uzovi") else (getattr(values, name), None)
            faults |= self._unknown(*named, values.valid_from, values.valid_to or date.max)
        return faults

    def _unknown(self, agb: str | None, uzovi: str | None, first: date, last: date) -> set[str]:
        faults = set()
        if agb is not None and not self.providers.known(agb, first, last):
            faults.add("unknown_provider")
        if uzovi is not None and not self.insurers.known(uzovi, first, last):
            faults.add("unknown_insurer")
        return faults


def _unknown_region(region: str) -> set[str]:
    return set() if region in REGIONS else {"unknown_region"}


def is_provider(scope: str) -> bool:
    return len(scope) == 8 and scope.isdigit()


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def share_set(values: Values) -> tuple[int, str, str]:
    return (values.year, values.scope, values.edition)


def sets_that_do_not_sum(known_rows: Iterable[Row]) -> set[tuple[int, str, str]]:
    """The sets of shares whose current rows (of known insurers and providers) do not sum to 1."""
    sets: dict[tuple, list[Decimal]] = defaultdict(list)
    for row in latest(known_rows).values():
        sets[share_set(row.values)].append(row.values.share)
    return {key for key, shares in sets.items() if abs(sum(shares) - 1) > TOLERANCE_PER_INSURER * len(shares)}


def sets_out_of_range(feed: str, known_rows: Iterable[Row]) -> set[tuple[str, int]]:
    """The providers and years of which the rows of a feed sum to too much, signs left aside.

    A row that was delivered again for another provider or year counts in both sets, whichever of them stands.
    """
    rows = latest_editions(known_rows) if feed == "budgets" else known_rows
    standing: dict[tuple, dict[tuple, Row]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: row.delivery.order):
        standing[summed_set(row)][key_of(row)] = row
    return {key for key, of_set in standing.items() if _largest_sum(feed, of_set.values()) > LARGEST_SUM}


def _largest_sum(feed: str, rows: Iterable[Row]) -> int:
    """The largest of the sums that a set of rows has, one per amount."""
    amounts = [SUMMED[feed](row.values)[2] for row in rows]
    return max(sum(abs(cents) for cents in of_one) for of_one in zip(*amounts, strict=True))


def summed_set(row: Row) -> tuple[str, int]:
    return SUMMED[row.delivery.feed.name](row.values)[:2]
