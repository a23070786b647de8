"""What a finding of double funding is; the rules that make one stand in the modules `rules_of_…`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from .lines import Line

HARD = frozenset({"R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R11"})


@dataclass(frozen=True)
class Finding:
    """A rule, the declaration or the budget line that it is about, the other side (if any), and cents.

    `days` are the first and the last day on which an exception may hold. The amount at risk of R11 is
    nowhere defined, so it is None there; so are sector, region and function where a line names none.
    """

    rule: str
    agb: str
    days: tuple[date, date]
    risk_cents: int | None
    disputed_cents: int = 0
    line: Line | None = None
    budget_line: str | None = None
    counter: Line | None = None
    counter_agb: str | None = None
    counter_sector: str | None = None
    counter_line: str | None = None
    allocation: str | None = None
    sector: str | None = None
    region_code: str | None = None
    function: str | None = None
    exception_id: str | None = None
    is_signal: bool = False

    @property
    def key(self) -> tuple[str, str, str | None, str | None]:
        return (self.rule, self.agb, self.line.values.declaration_id if self.line else None, self.budget_line)

    @property
    def allocation_line(self) -> str | None:
        """The row of the clearing ledger that it rests on: its other side, or the one that a rule says beside it."""
        other_side = self.counter_line if (self.counter_line or "").startswith("allocation/") else None
        return self.allocation or (other_side if self.rule in ("R05", "R14") else None)

    @property
    def severity(self) -> str:
        return "hard" if self.rule in HARD and not self.is_signal else "signal"

    @property
    def status(self) -> str:
        return "open" if self.exception_id is None else "accepted"


def of_line(rule: str, line: Line, counter: Line | None = None, **changes: object) -> Finding:
    """A finding about a declaration: its whole amount is at risk and, where the rule is hard, disputed."""
    cents = line.values.amount_cents
    finding = Finding(
        rule,
        line.values.provider_agb,
        (line.day, line.day),
        risk_cents=cents,
        disputed_cents=cents if rule in HARD and not changes.get("is_signal") else 0,
        line=line,
        counter=counter,
        counter_agb=counter.values.provider_agb if counter else None,
        counter_sector=counter.provider.sector if counter else None,
        sector=line.provider.sector,
        region_code=line.provider.region_code,
        function=line.tariff.function,
    )
    return replace(finding, **changes)
