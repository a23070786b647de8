"""Payments between insurers and providers beside declarations (betalingen)."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    Column,
    Feed,
    insurer,
    key,
    known_insurer,
    known_provider,
    provider,
    sum_within,
    year,
)  # fmt: skip

FEED = Feed(
    name="payments",
    name_nl="Betalingen",
    row="One payment.",
    key=("payment_id",),
    tells_apart="A payment is told apart by its number alone, over all providers and insurers: whoever numbers by itself puts its own AGB or UZOVI before the number.",
    amount="amount_cents",
    expected_every=timedelta(days=31),
    columns=(
        key("payment_id", "Number of the payment."),
        provider(),
        insurer(),
        Column("paid_on", "date", "Day of payment."),
        year("for_year", "Year it is paid for."),
        Column("kind", "text", "lump_sum is revenue; advance and settlement never are.", values=("lump_sum", "advance", "settlement")),
        Column("debit_credit", "text", "D pays, C takes back.", values=("D", "C")),
        Column("amount_cents", "int", "Amount in eurocents; the sign is in debit_credit.", minimum=0, maximum=10**13, money=True),
    ),
    references=(known_provider("provider_agb", on=("paid_on",)), known_insurer("insurer_uzovi", on=("paid_on",))),
    set_rules=(sum_within("provider_agb", "for_year", amounts=("amount_cents",)),),
)  # fmt: skip
