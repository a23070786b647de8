"""Double funding: all findings of all rules, which of them are accepted, and what each declaration loses by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from . import rules_of_budgets, rules_of_declarations, rules_of_records, rules_of_titles
from .door import Values
from .evidence import Evidence, overlaps
from .finding import Finding

RULES = (
    *rules_of_declarations.RULES, *rules_of_records.RULES, *rules_of_budgets.RULES, *rules_of_titles.RULES,
)  # fmt: skip


def findings(evidence: Evidence) -> list[Finding]:
    """All findings; sets each line's `disputed_cents` to the largest amount that an open finding disputes of it."""
    found = [_judged(finding, evidence) for rule in RULES for finding in rule(evidence)]
    for finding in found:
        if finding.line:
            finding.line.disputed_cents = max(finding.line.disputed_cents, finding.disputed_cents)
    return found


def _judged(finding: Finding, evidence: Evidence) -> Finding:
    """The finding, accepted by the exception of the lowest number that covers it."""
    covering = _covering(finding, evidence.rows("exceptions"))
    return replace(finding, exception_id=min(covering), disputed_cents=0) if covering else finding


def _covering(finding: Finding, exceptions: Iterable[Values]) -> list[str]:
    return [
        exception.exception_id
        for exception in exceptions
        if exception.rule == finding.rule
        and _names_providers(exception, finding)
        and (exception.patient_key is None or _is_patient(exception.patient_key, finding))
        and overlaps(exception, *finding.days)
    ]


def _names_providers(exception: Values, finding: Finding) -> bool:
    if exception.counter_provider_agb is None:
        return exception.provider_agb == finding.agb
    named = [exception.provider_agb, exception.counter_provider_agb]
    return named in ([finding.agb, finding.counter_agb], [finding.counter_agb, finding.agb])


def _is_patient(patient: str, finding: Finding) -> bool:
    return finding.line is not None and finding.line.values.patient_key == patient
