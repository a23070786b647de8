"""Reference rules: is each delivered row version backed by the reference feeds; and the tariff in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from .door import Row, Values
from .periods import Periods, latest
from .row_rules import local_day

TOLERANCE_PER_INSURER = Decimal("0.00000005")


class Reference:
    """Providers, insurers and tariffs as delivered so far, by the days on which they hold."""

    def __init__(self, providers: Iterable[Row], insurers: Iterable[Row], tariffs: Iterable[Row]) -> None:
        self.providers = Periods((row.values for row in latest(providers).values()), lambda record: record.agb)
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
        scope = values.scope if is_provider(values.scope) else None
        return self._unknown(scope, values.insurer_uzovi, *_year(values.year))

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
        return self._unknown(values.provider_agb, None, values.period_start, values.period_end)

    def _function_allocations_faults(self, values: Values) -> set[str]:
        return self._of_period(values, "provider_agb", "cleared_from")

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
