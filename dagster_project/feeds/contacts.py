"""Contacts with a coordination centre or post (contacten): call, triage, placement."""

from dagster_project.feeds.contract import (
    EPISODE,
    FAILED_ELEVEN_TEST,
    Column,
    Feed,
    Rule,
    key,
    known_provider,
    patient,
    provider,
)  # fmt: skip

DISPOSITIONS = ("self_care", "gp", "hap", "rav", "seh", "acute_ggz", "district_nursing", "elv", "other")

FEED = Feed(
    name="contacts",
    name_nl="Contacten",
    row="One call to a coordination centre or post, and what became of it.",
    key=("contact_id",),
    tells_apart="A contact is told apart by its number alone, over all providers: whoever numbers by itself puts its AGB before the number.",
    columns=(
        key("contact_id", "Number of the contact.", EPISODE),
        provider(),
        Column("caller", "text", "Who called.", values=("patient", "professional")),
        Column("line", "text", "Which line.", values=("emergency", "regular")),
        Column("offered_at", "timestamp", "When the call came in."),
        Column("answered_at", "timestamp", "When it was answered; empty is abandoned.", required=False),
        Column("triage_ended_at", "timestamp", "When the triage ended.", required=False),
        Column("urgency", "text", "Urgency of the triage (NTS).", required=False, values=("U0", "U1", "U2", "U3", "U4", "U5")),
        Column("multidisciplinary", "bool", "Whether several disciplines did the triage.", required=False),
        Column("disposition", "text", "Where the contact ended.", required=False, values=DISPOSITIONS),
        Column("placed_at", "timestamp", "When a place was found.", required=False),
        Column("placement_calls", "int", "Calls it took to find a place.", required=False, minimum=0, maximum=10_000),
        Column("standard_message", "bool", "Whether information was passed on in the agreed standard; empty is not passed on.", required=False),
        Column("episode_id", "text", "The care question that several providers work on.", required=False, pattern=EPISODE),
        patient(required=False),
    ),
    row_rules=(
        FAILED_ELEVEN_TEST,
        Rule("answered_before_offered", "answered_at is before offered_at"),
        Rule("triage_ended_before_answer", "triage_ended_at is before answered_at, or there is no answered_at"),
        Rule("placed_before_answer", "placed_at is before answered_at, or there is no answered_at"),
        Rule("offered_after_delivery", "the local day of offered_at is after the delivery date"),
    ),
    references=(known_provider("provider_agb", on=("offered_at",)),),
    stays_in_store=True,
)  # fmt: skip
