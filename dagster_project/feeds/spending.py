"""What was planned and spent on care coordination nationally (bestedingsplan), per line and year."""

from datetime import timedelta

from dagster_project.feeds.contract import Column, Feed, year

KINDS = ("planned", "spent")
INSTRUMENTS = ("premium", "subsidy", "programme", "vws", "under_study")

FEED = Feed(
    name="spending",
    name_nl="Bestedingen",
    row="What was planned for, or spent on, one line of the national spending plan in one year.",
    note=(
        "quantity × unit_price_cents need not be amount_cents: the plan stands as its author wrote it, and"
        " `decision.spending` shows what lies between. A line that is part of another is not delivered beside it. Only"
        " lines of the instrument premium reach insurers."
    ),
    key=("line", "year", "kind"),
    tells_apart="A line has one amount planned and one spent a year, whatever it was spent by; two payers of a line need two lines.",
    amount="amount_cents",
    expected_every=timedelta(days=366),
    columns=(
        Column("line", "text", "Line of the plan."),
        year(),
        Column("kind", "text", "planned or spent.", values=KINDS),
        Column("instrument", "text", "What pays it: premium, subsidy, programme, vws or under_study (not decided).", values=INSTRUMENTS),
        Column("quantity", "decimal", "Quantity.", scale=4, minimum=0, maximum=10**6),
        Column("unit_price_cents", "int", "Price of one, in eurocents.", minimum=0, maximum=10**11),
        Column("amount_cents", "int", "Amount in eurocents.", minimum=0, maximum=10**15, money=True),
        Column("executed_by", "text", "Who executes it."),
        Column("source", "text", "Where the amount stands."),
    ),
)  # fmt: skip
