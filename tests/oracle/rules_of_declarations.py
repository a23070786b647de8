"""Rules that hold declarations against each other or against their tariff: R01-R04, R08-R11, R18."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction

from .evidence import Evidence, grouped, holds
from .finding import Finding, of_line
from .lines import Line

WINDOW = timedelta(hours=24)
CONTACT_ROLES = ("triage_consult", "consult", "visit")
RIDE_ROLES = ("ride", "kilometre")
NO_TRANSPORT = "ride_without_transport"
HOSPITAL, POST = frozenset({"hospital", "seh"}), frozenset({"hap"})


def _first(group: list[Line], fits: Callable[[Line], bool]) -> Line | None:
    return next(filter(fits, group), None)


def _credits(evidence: Evidence) -> Iterator[Finding]:
    """R03. An uncounted credit is worth nothing anywhere, so it disputes nothing."""
    for line in evidence.lines:
        if line.is_credit and not line.counted:
            yield of_line("R03", line, line.debit, disputed_cents=0)


def _too_many(evidence: Evidence) -> Iterator[Finding]:
    """R01 and R02: the k-th declaration of a patient, code and local day with k above its max_per_day."""
    by_day = grouped(evidence.live, lambda line: (line.values.patient_key, line.values.performance_code, line.day))
    for group in by_day.values():
        for place, line in enumerate(group):
            if place < (line.tariff.max_per_day or 1):
                continue
            own = [earlier for earlier in group[:place] if earlier.values.provider_agb == line.values.provider_agb]
            others = [earlier for earlier in group[:place] if earlier.values.provider_agb != line.values.provider_agb]
            if own:
                yield of_line("R01", line, own[0])
            if others:
                yield of_line("R02", line, others[0])


def _two_sectors(evidence: Evidence) -> Iterator[Finding]:
    """R04: one coordination function for one patient in two sectors; hard before a signal, the earliest other first."""
    coordinating = (line for line in evidence.live if line.tariff.function != "care")
    for group in grouped(coordinating, lambda line: (line.values.patient_key, line.tariff.function)).values():
        named: dict[int, list[tuple[bool, int]]] = {}
        for later, earlier in ((last, first) for last in range(len(group)) for first in range(last)):
            if _is_same_care(group[earlier], group[later]):
                one, other, is_hard = _not_given(earlier, later, group, evidence)
                named.setdefault(one, []).append((not is_hard, other))
        for one, others in named.items():
            is_signal, other = min(others)
            yield of_line("R04", group[one], group[other], is_signal=is_signal)


def _not_given(earlier: int, later: int, group: list[Line], evidence: Evidence) -> tuple[int, int, bool]:
    """Which of two is found, the other one, and whether it is hard: the one at whose declaration the region gives the
    function to the other and not to it, if that is so of one of them alone; else the later one, as a signal."""
    outside = {}
    if group[earlier].provider.region_code == group[later].provider.region_code:
        for one, other in ((earlier, later), (later, earlier)):
            held = evidence.holders(group[one])
            holder = group[other].values.provider_agb
            if holder in held and group[one].values.provider_agb not in held:
                outside[one] = (other, held[holder])
    if len(outside) == 1:
        ((one, (other, says_hours)),) = outside.items()
        return one, other, says_hours
    return later, earlier, False


def _is_same_care(earlier: Line, later: Line) -> bool:
    if earlier.provider.sector == later.provider.sector:
        return False
    if earlier.values.episode_id and later.values.episode_id:
        return earlier.values.episode_id == later.values.episode_id
    return later.values.service_start - earlier.values.service_start <= WINDOW


def _two_laws(evidence: Evidence) -> Iterator[Finding]:
    """R08: two laws pay one function under an indication of one of them, neither in a transition to its law."""
    for group in grouped(evidence.live, _what_is_paid).values():
        for place, line in enumerate(group):
            if counter := _first(group[:place], lambda e, line=line: _is_paid_twice(e, line, evidence)):
                yield of_line("R08", line, counter)


def _what_is_paid(line: Line) -> tuple:
    function = line.tariff.function
    return (line.values.patient_key, function, line.values.performance_code if function == "care" else None)


def _is_paid_twice(earlier: Line, later: Line, evidence: Evidence) -> bool:
    laws = {earlier.values.legal_framework, later.values.legal_framework}
    return len(laws) == 2 and any(
        indication.framework in laws
        and all(holds(indication, line.day) for line in (earlier, later))
        and not any(evidence.in_transition(line, indication.framework) for line in (earlier, later))
        for indication in evidence.indications.get(later.values.patient_key, ())
    )


def _rides(evidence: Evidence) -> Iterator[Finding]:
    """R09: money on a ride without transport, or an ambulance tariff beside one."""
    ambulance = [line for line in evidence.live if line.provider.sector == "rav"]
    rides = grouped(
        ambulance, lambda line: (line.values.provider_agb, line.values.patient_key, line.values.service_start)
    )
    for ride in rides.values():
        without = _first(ride, lambda line: evidence.has_role(line, NO_TRANSPORT))
        for line in ride if without else ():
            if evidence.has_role(line, NO_TRANSPORT) and line.values.amount_cents > 0:
                yield of_line("R09", line)
            elif evidence.has_role(line, *RIDE_ROLES):
                yield of_line("R09", line, without)


def _one_contact(evidence: Evidence) -> Iterator[Finding]:
    """R10: a contact with the GP post is one of triage consult, consult, visit."""
    at_post = (line for line in evidence.live if line.provider.sector == "hap")
    declared = (line for line in at_post if evidence.has_role(line, *CONTACT_ROLES))
    for group in grouped(declared, lambda line: (line.values.provider_agb, line.values.patient_key)).values():
        for place, line in enumerate(group):
            if counter := _first(group[:place], lambda e, line=line: _is_one_contact(e, line, evidence)):
                yield of_line("R10", line, counter)


def _is_one_contact(earlier: Line, later: Line, evidence: Evidence) -> bool:
    if not (earlier.values.episode_id and later.values.episode_id):
        return earlier.day == later.day
    contacts = {_contact(earlier, evidence), _contact(later, evidence)} - {None}
    return earlier.values.episode_id == later.values.episode_id and len(contacts) < 2


def _contact(line: Line, evidence: Evidence) -> str | None:
    """The last contact of the provider in the line's episode that came in before the line began."""
    contacts = evidence.contacts.get((line.values.provider_agb, line.values.episode_id), ())
    before = [contact.contact_id for contact in contacts if contact.offered_at <= line.values.service_start]
    return before[-1] if before else None


def _wrong_amounts(evidence: Evidence) -> Iterator[Finding]:
    """R11: the amount is not the fixed tariff × quantity, or breaks a maximum or minimum."""
    for line in evidence.live:
        if excess := _excess(line):
            yield of_line("R11", line, risk_cents=None, disputed_cents=max(0, excess))


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


def _hospital_and_post(evidence: Evidence) -> Iterator[Finding]:
    """R18: the first declaration of a patient's day that has an earlier one of the other of hospital and GP post."""
    seen = (line for line in evidence.live if line.provider.sector in HOSPITAL | POST)
    for group in grouped(seen, lambda line: (line.values.patient_key, line.day)).values():
        sides = [line.provider.sector in HOSPITAL for line in group]
        later = next((line for line, side in zip(group, sides, strict=True) if side != sides[0]), None)
        if later:
            yield of_line("R18", later, group[0])


RULES = (
    _credits,
    _too_many,
    _two_sectors,
    _two_laws,
    _rides,
    _one_contact,
    _wrong_amounts,
    _hospital_and_post,
)
