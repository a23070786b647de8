"""Double funding: R01, R02, R03, R04 and R11 over the current lines, and what each disputes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from .lines import Line

WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class Finding:
    """A rule, the line it is about, the line on the other side (if any), and cents.

    The amount at risk of R11 is nowhere defined, so it is None there.
    """

    rule: str
    line: Line
    counter: Line | None
    at_risk_cents: int | None
    disputed_cents: int


def findings(lines: Iterable[Line]) -> list[Finding]:
    """All findings; sets each line's `disputed_cents` to the largest amount that a finding disputes of it."""
    lines = list(lines)
    live = sorted((line for line in lines if line.live), key=lambda line: line.order)
    found = [*_credits(lines), *_too_many(live), *_two_sectors(live), *_wrong_amounts(live)]
    for finding in found:
        finding.line.disputed_cents = max(finding.line.disputed_cents, finding.disputed_cents)
    return found


def _grouped(lines: Iterable[Line], key: Callable[[Line], Hashable]) -> Iterable[list[Line]]:
    groups: dict[Hashable, list[Line]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return groups.values()


def _whole(rule: str, line: Line, counter: Line) -> Finding:
    return Finding(rule, line, counter, line.values.amount_cents, line.values.amount_cents)


def _credits(lines: list[Line]) -> Iterator[Finding]:
    """R03. An uncounted credit is worth nothing anywhere, so it disputes nothing."""
    for line in lines:
        if line.is_credit and not line.counted:
            yield Finding("R03", line, line.debit, line.values.amount_cents, 0)


def _too_many(live: list[Line]) -> Iterator[Finding]:
    """R01 and R02: the k-th declaration of a patient, code and local day with k above its max_per_day."""
    for group in _grouped(live, lambda line: (line.values.patient_key, line.values.performance_code, line.day)):
        for place, line in enumerate(group):
            if place < (line.tariff.max_per_day or 1):
                continue
            own = [earlier for earlier in group[:place] if earlier.values.provider_agb == line.values.provider_agb]
            others = [earlier for earlier in group[:place] if earlier.values.provider_agb != line.values.provider_agb]
            if own:
                yield _whole("R01", line, own[0])
            if others:
                yield _whole("R02", line, others[0])


def _two_sectors(live: list[Line]) -> Iterator[Finding]:
    """R04: one coordination function for one patient in two sectors."""
    coordinating = (line for line in live if line.tariff.function != "care")
    for group in _grouped(coordinating, lambda line: (line.values.patient_key, line.tariff.function)):
        for place, line in enumerate(group):
            counter = next((earlier for earlier in group[:place] if _is_same_care(earlier, line)), None)
            if counter:
                yield _whole("R04", line, counter)


def _is_same_care(earlier: Line, later: Line) -> bool:
    if earlier.provider.sector == later.provider.sector:
        return False
    if earlier.values.episode_id and later.values.episode_id:
        return earlier.values.episode_id == later.values.episode_id
    return later.values.service_start - earlier.values.service_start <= WINDOW


def _wrong_amounts(live: list[Line]) -> Iterator[Finding]:
    """R11: the amount is not the fixed tariff × quantity, or breaks a maximum or minimum."""
    for line in live:
        excess = _excess(line)
        if excess:
            yield Finding("R11", line, None, None, max(0, excess))


def _excess(line: Line) -> int:
    """Cents above (or, negative, below) what the tariff allows; 0 where it is allowed."""
    if line.tariff.tariff_kind == "free":
        return 0
    full = line.tariff.tariff_cents * line.values.quantity
    difference = line.values.amount_cents - full
    match line.tariff.tariff_kind:
        case "fixed":
            return difference
        case "maximum":
            return max(0, difference)
        case "minimum":
            return min(0, difference)
        case "max_max":
            return max(0, line.values.amount_cents - round(Fraction(11, 10) * full))
    raise ValueError(line.tariff.tariff_kind)
