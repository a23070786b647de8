"""What was planted, listed outside the landing folder, so that tests can ask what was found and what was not."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Finding:
    """A double-funding case: the later side, whom it stands against, what of it is disputed and at risk (cents).

    Where several findings name one declaration it is disputed once. `final_delivery` is the date from which it holds.
    A finding about no declaration has a `line` instead (budget line, payment, invoice); `counter_line` is what stands
    on the other side where that is no declaration. `exception_id` is set where the status is `accepted`.
    """

    rule: str
    variant: str
    provider_agb: str
    declaration_id: str | None
    counter_ids: list[str]
    counter_provider_agbs: list[str]
    disputed_cents: int
    at_risk_cents: int
    final_delivery: str
    line: str | None = None
    counter_line: str | None = None
    status: str = "open"
    exception_id: str | None = None


@dataclass(frozen=True)
class NoFinding:
    """Declarations, or lines of other feeds (provider and line), that look like double funding and are not."""

    kind: str
    declarations: list[tuple[str, str]]
    lines: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Fault:
    """A row that is quarantined, with the names of its rules; `heals_on` is the date its reference is delivered.

    `may_also` names rules that a reader may add, since the first one leaves nothing to judge them by.
    """

    feed: str
    delivery_date: str
    file: str
    row: int
    kind: str
    rules: list[str]
    may_also: list[str]
    heals_on: str | None


@dataclass(frozen=True)
class OddFile:
    """A file that is rejected as a whole, is no delivery at all, or repeats another's bytes."""

    feed: str
    delivery_date: str
    file: str
    kind: str


@dataclass
class Planted:
    """Everything planted in one sample."""

    findings: list[Finding] = field(default_factory=list)
    no_findings: list[NoFinding] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    rejected_files: list[OddFile] = field(default_factory=list)
    non_files: list[OddFile] = field(default_factory=list)
    repeated_files: list[OddFile] = field(default_factory=list)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def planted_count(scale: float, at_scale_one_hundredth: int) -> int:
    """How many of one kind: grows with the square root of the scale, and is never below three."""
    return max(3, round(at_scale_one_hundredth * (scale / 0.01) ** 0.5))
