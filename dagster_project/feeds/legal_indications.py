"""Indications of a patient under a law (indicaties), such as for long-term care (Wlz)."""

from datetime import timedelta

from dagster_project.feeds.contract import (
    FAILED_ELEVEN_TEST,
    LEGAL_FRAMEWORKS,
    VALID_PERIOD,
    Column,
    Feed,
    patient,
    valid_from,
    valid_to,
)  # fmt: skip

FEED = Feed(
    name="legal_indications",
    name_nl="Indicaties",
    row="One indication of a patient under a law.",
    key=("patient_key", "framework", "valid_from"),
    tells_apart=(
        "An indication is told apart by its patient, law and first day: a second one under that law from that "
        "day replaces the first."
    ),
    expected_every=timedelta(days=31),
    columns=(
        patient(),
        Column("framework", "text", "The law of the indication.", values=LEGAL_FRAMEWORKS),
        Column("with_treatment", "bool", "Whether treatment (behandeling) is part of it."),
        valid_from(),
        valid_to(),
        Column("admitted_on", "date", "Day of admission (opname); empty is not yet.", required=False),
        Column("died_on", "date", "Day on which the patient died.", required=False),
    ),
    row_rules=(FAILED_ELEVEN_TEST, VALID_PERIOD),
)
