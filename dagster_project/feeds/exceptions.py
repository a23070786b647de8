"""Approved exceptions to the rules of double funding (goedgekeurde uitzonderingen)."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    AGB,
    EPISODE,
    FAILED_ELEVEN_TEST,
    VALID_PERIOD,
    Column,
    Feed,
    key,
    known_provider,
    patient,
    provider,
    valid_from,
    valid_to,
)  # fmt: skip

RULES = tuple(f"R{number:02d}" for number in range(1, 20))

FEED = Feed(
    name="exceptions",
    name_nl="Uitzonderingen",
    row="One approved exception: findings that fall under it are accepted.",
    key=("exception_id",),
    tells_apart="An exception is told apart by its number alone.",
    expected_every=timedelta(days=366),
    columns=(
        key("exception_id", "Number of the exception.", EPISODE),
        Column("rule", "text", "Rule of double funding that it excepts from.", values=RULES),
        provider(),
        Column("counter_provider_agb", "text", "Provider on the other side; empty is any.", required=False, pattern=AGB),
        patient(required=False),
        valid_from(),
        valid_to(),
        Column("approved_by", "text", "Who approved it."),
        Column("reason", "text", "Why."),
    ),
    row_rules=(FAILED_ELEVEN_TEST, VALID_PERIOD),
    references=(known_provider("provider_agb", "counter_provider_agb", on=("valid_from", "valid_to")),),
)  # fmt: skip
