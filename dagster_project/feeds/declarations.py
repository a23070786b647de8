"""Declared performances (declaratieregels): debits, and the credits that take them back."""

from dagster_project.feeds.contract import (
    CODE, EPISODE, IDENTIFIER, LEGAL_FRAMEWORKS, PATIENT, UNKNOWN_INSURER, UNKNOWN_PROVIDER,
    Column, Feed, Rule, insurer, key, provider,
)  # fmt: skip

FEED = Feed(
    name="declarations",
    row="One declared performance line of a provider.",
    key=("provider_agb", "declaration_id"),
    amount="amount_cents",
    columns=(
        key("declaration_id", "Number of the line, unique per provider.", IDENTIFIER),
        Column("debit_credit", "text", "D declares, C takes an earlier debit back.", values=("D", "C")),
        Column("corrects_declaration_id", "text", "The debit of the same provider that a credit takes back.", required=False, pattern=IDENTIFIER),
        provider(),
        insurer(),
        Column("patient_key", "text", "BSN, or a pseudonym of 64 hex digits; stored as pseudonym only.", pattern=PATIENT, patient=True),
        Column("birth_year", "int", "Year of birth.", required=False, minimum=1900, maximum=2100, patient=True),
        key("performance_code", "What was done (prestatiecode).", CODE),
        Column("service_start", "timestamp", "Start of the care."),
        Column("service_end", "timestamp", "End of the care.", required=False),
        Column("episode_id", "text", "The care question that several providers work on.", required=False, pattern=EPISODE),
        Column("quantity", "int", "Number of units.", minimum=1, maximum=1_000_000),
        Column("amount_cents", "int", "Amount in eurocents; the sign is in debit_credit.", minimum=0, maximum=10**13, money=True),
        Column("legal_framework", "text", "The law that pays.", values=LEGAL_FRAMEWORKS),
        Column("declared_on", "date", "Day of declaring."),
    ),
    row_rules=(
        Rule("failed_eleven_test", "patient_key has nine digits but is no BSN (eleven-test); send the right number or the pseudonym"),
        Rule("credit_without_reference", "a credit names no debit in corrects_declaration_id; name the debit it takes back"),
        Rule("debit_with_reference", "a debit has a corrects_declaration_id; only a credit may have one"),
        Rule("birth_year_after_delivery", "birth_year is after the year of delivery"),
        Rule("service_end_before_start", "service_end is before service_start"),
        Rule("service_after_delivery", "the local day of service_start is after the delivery date"),
        Rule("declared_before_service", "declared_on is before the local day of service_start"),
        Rule("declared_after_delivery", "declared_on is after the delivery date"),
        Rule("bsn_in_other_column", "another column holds the patient's BSN, which is stored nowhere; send it in patient_key alone"),
    ),
    reference_rules=(
        UNKNOWN_PROVIDER,
        UNKNOWN_INSURER,
        Rule("unknown_performance_code", "no tariff of that provider, nor a national one of its sector, has this code on the service date; deliver it in tariffs and the row heals by itself"),
    ),
)  # fmt: skip
