"""Tariffs of performance codes, national or a provider's own (tarieven)."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    AGB,
    CODE,
    FUNCTIONS,
    LATEST_VALID_FROM,
    SECTORS,
    VALID_PERIOD,
    Column,
    Feed,
    Rule,
    key,
    known_provider,
    valid_from,
    valid_to,
)  # fmt: skip

TARIFF_KINDS = ("fixed", "maximum", "minimum", "free", "max_max")

FEED = Feed(
    name="tariffs",
    name_nl="Tarieven",
    row="One tariff of one performance code in one period.",
    note=LATEST_VALID_FROM,
    key=("performance_code", "provider_agb", "valid_from"),
    tells_apart="A provider's own tariff is told apart from the national one, not one sector from another: of two national tariffs of one code from one day the second of a file is repeated_key, and one of a later file replaces the first, so a code of two sectors needs a code in each.",
    expected_every=timedelta(days=366),
    columns=(
        key("performance_code", "Performance code (prestatiecode).", CODE),
        Column("code_list", "text", "Code list (COD367).", required=False),
        Column("description", "text", "What the performance is.", required=False),
        Column("sector", "text", "Sector that may declare it.", values=SECTORS),
        Column("function", "text", "Coordination function, or care.", values=FUNCTIONS),
        Column("provider_agb", "text", "Provider whose own tariff it is; empty is national.", required=False, pattern=AGB),
        Column("tariff_kind", "text", "fixed, maximum, minimum, free or max_max.", values=TARIFF_KINDS),
        Column("tariff_cents", "int", "Tariff in eurocents; empty for free.", required=False, minimum=0, maximum=10**13),
        Column("covers_budget", "bool", "Whether its revenue fills the budget."),
        Column("counts_for_deductible", "bool", "Whether it counts for the deductible (eigen risico)."),
        Column("max_per_day", "int", "How often a patient can have it on one day; empty is 1.", required=False, minimum=1, maximum=1_000_000),
        Column("macro_category", "text", "Category of risk equalisation.", required=False, groups=True),
        valid_from(),
        valid_to(),
    ),
    row_rules=(
        VALID_PERIOD,
        Rule("tariff_missing", "tariff_cents is empty though tariff_kind is not free"),
    ),
    references=(known_provider("provider_agb", on=("valid_from", "valid_to")),),
    decides_on_others=True,
)  # fmt: skip
