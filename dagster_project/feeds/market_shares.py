"""Shares of insurers at a provider or in a region (marktaandelen)."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    AGB,
    REGION,
    Column,
    Feed,
    Rule,
    SetRule,
    insurer,
    key,
    known_insurer,
    known_provider,
    known_region,
    year,
)  # fmt: skip

FEED = Feed(
    name="market_shares",
    name_nl="Marktaandelen",
    row="One insurer's share at one provider or in one region, per year and edition.",
    key=("year", "scope", "insurer_uzovi", "edition"),
    tells_apart="A share is told apart by its insurer, scope, year and edition; the one of a provider is another than that of its region.",
    expected_every=timedelta(days=366),
    columns=(
        year(),
        key("scope", "A provider's AGB or a region code; a provider's own share goes before its region's.", REGION),
        insurer(),
        Column("edition", "text", "provisional or definitive.", values=("provisional", "definitive")),
        Column("share", "decimal", "Share, 0..1.", scale=8, minimum=0, maximum=1),
        Column("insured_count", "int", "Insured persons.", required=False, minimum=0, maximum=10**9),
    ),
    references=(
        known_insurer("insurer_uzovi", on=("year",)),
        known_provider("scope", on=("year",), pattern=AGB),
        known_region("scope", pattern="^.*[^0-9].*$"),
    ),
    set_rules=(
        SetRule(Rule("shares_do_not_sum", "the shares of this year, scope and edition do not sum to 1 within 0.00000005 × the number of insurers; deliver the whole set again"), by=("year", "scope", "edition")),
    ),
)  # fmt: skip
