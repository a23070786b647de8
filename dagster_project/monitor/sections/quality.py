"""Whether the figures can be trusted: deliveries and what became of them, quarantine, checks; never a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dagster_project.feeds import FEEDS
from dagster_project.monitor import dutch
from dagster_project.monitor.blocks import Cell, Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.released import Released, Row

_DELIVERIES = """
    select
        feed, count(*) as files, count(*) filter (where status = 'rejected') as rejected,
        sum(rows)::bigint as rows, sum(accepted)::bigint as accepted, sum(quarantined)::bigint as quarantined,
        max(delivery_date) as newest,
    from integrity.delivery
    group by feed
    order by feed
"""
_REJECTED = """
    select feed, delivery_date, file, reason
    from integrity.delivery
    where status = 'rejected'
    order by delivery_date desc, feed, file
"""
_NOT_READ = """
    select
        kind, reason, count(*) as files,
        array_to_string(list_slice(list(path order by path), 1, 3), ', ') as examples,
    from audit.not_read
    group by kind, reason
    order by kind, files desc, reason
"""
_RULES_BROKEN = """
    with broken as (select feed, unnest(rules) as rule from integrity.quarantine)

    select rule, count(*) as rows, string_agg(distinct feed, ',' order by feed) as feeds
    from broken
    group by rule
    order by rows desc, rule
"""
_MOST = 20
_OUTCOMES = {"failed": "faalt", "warned": "waarschuwt", "no_data": "geen gegevens"}
_CAPTIONS = {"Controles die niet standhouden": ("failed", "warned"), "Controles zonder gegevens": ("no_data",)}


def quality_section(released: Released, checks: Sequence[dict[str, Any]]) -> Section | None:
    """Deliveries and what became of them, rules that rows broke, and checks that did not hold."""
    if not released.has("integrity.delivery"):
        return None
    rows = released.rows(_DELIVERIES)
    blocks: list[Any] = [Words(_QUALITY), _deliveries(rows)]
    rejected = released.rows(_REJECTED)
    blocks += [_rejected(rejected)] if rejected else []
    not_read = released.rows(_NOT_READ) if released.has("audit.not_read") else []
    blocks += [_not_read(not_read)] if not_read else []
    broken = released.rows(_RULES_BROKEN) if released.has("integrity.quarantine") else []
    blocks += [_broken(broken)] if broken else []
    return Section("kwaliteit", "Kwaliteit van de gegevens", "Data quality", [*blocks, *_judged(checks)])


_QUALITY = (
    "Van elk bestand zijn de geleverde rijen de aanvaarde plus die in quarantaine; niets gaat verloren. Een bestand dat"
    " niet te lezen is voor wat het moet zijn, is als geheel geweigerd. Een rij in quarantaine noemt alle regels die"
    " zij brak; zij doet niet mee tot zij opnieuw en goed is geleverd."
)


def _deliveries(rows: list[Row]) -> Table:
    head = [
        Head("Levering"),
        Head("Bestanden", number=True),
        Head("Geweigerd", number=True),
        Head("Rijen", number=True),
        Head("Aanvaard", number=True),
        Head("Quarantaine", number=True),
        Head("Deel in quarantaine", number=True),
        Head("Nieuwste levering"),
    ]
    columns = ("files", "rejected", "rows", "accepted", "quarantined")
    whole = {name: sum(row[name] or 0 for row in rows) for name in columns}

    def cells(row: Row) -> list[Cell]:
        share = row["quarantined"] * 100 / row["rows"] if row["rows"] else None
        return [*(figure_cell(dutch.number(row[name] or 0)) for name in columns), figure_cell(dutch.percent(share, 2))]

    body = [
        [
            Cell(_feed(row["feed"]), line=row["feed"], line_lang="en"),
            *cells(row),
            text(dutch.day(row["newest"])),
        ]
        for row in rows
    ]
    newest = dutch.day(max(row["newest"] for row in rows)) if rows else ""
    return Table(
        "Leveringen en rijen",
        head,
        body,
        [[text("Alle"), *cells(whole), text(newest)]] if rows else [],
        kind="deliveries",
    )


def _rejected(rows: list[Row]) -> Table:
    body = [
        [
            text(dutch.day(row["delivery_date"])),
            text(_feed(row["feed"])),
            text(row["file"]),
            text(row["reason"] or "", lang="en"),
        ]
        for row in rows[:_MOST]
    ]
    note = f"De {_MOST} nieuwste van {len(rows)}; alle staan in integrity.delivery." if len(rows) > _MOST else ""
    head = [Head("Geleverd op"), Head("Levering"), Head("Bestand"), Head("Reden", "zoals de poort haar noemt")]
    return Table("Geweigerde bestanden", head, body, note=note)


def _not_read(rows: list[Row]) -> Table:
    body = [
        [
            text("wacht" if row["kind"] == "waiting" else "niet gelezen"),
            text(row["reason"], lang="en"),
            figure_cell(dutch.number(row["files"])),
            text(row["examples"]),
        ]
        for row in rows[:_MOST]
    ]
    head = [Head("Wat"), Head("Reden", "zoals de poort haar noemt"), Head("Bestanden", number=True), Head("Zoals")]
    note = (
        "Wat wacht, wordt vanzelf gelezen; de rest moet onder een goede naam opnieuw worden geleverd. Zo lag de map"
        " erbij toen deze release werd gemaakt; alle namen staan in audit.not_read."
    )
    return Table("Bestanden die niet zijn gelezen", head, body, note=note)


def _broken(rows: list[Row]) -> Table:
    body = [
        [text(dutch.words(row["rule"]), lang="en"), text(_feeds(row["feeds"])), figure_cell(dutch.number(row["rows"]))]
        for row in rows[:_MOST]
    ]
    note = (
        f"De {_MOST} meest voorkomende van {len(rows)} regels; alle staan in integrity.quarantine."
        if len(rows) > _MOST
        else ""
    )
    head = [
        Head("Regel van de poort", "Engelse naam, zoals in de levering"),
        Head("Leveringen"),
        Head("Rijen", number=True),
    ]
    return Table("Waarom rijen in quarantaine staan", head, body, note=note)


def _feeds(feeds: str) -> str:
    return ", ".join(_feed(feed) for feed in feeds.split(","))


def _judged(checks: Sequence[dict[str, Any]]) -> list[Words | Table]:
    """How many checks hold, and each that warns, fails or had nothing to judge, with its sentence."""
    if not checks:
        return []
    others = [check for check in checks if check["outcome"] != "passed"]
    said = f"Van {len(checks)} controles op deze release houden er {len(checks) - len(others)} stand"
    if not others:
        return [Words(f"{said}. Alle redenen staan in quality.html.")]
    if silent := sum(check["outcome"] == "no_data" for check in others):
        said += f" en {'had' if silent == 1 else 'hadden'} er {silent} geen gegevens om te beoordelen"
    tables = [
        _checks(caption, [check for check in others if check["outcome"] in outcomes])
        for caption, outcomes in _CAPTIONS.items()
    ]
    words = Words(f"{said}; de andere staan hieronder. Alle redenen staan in quality.html.")
    return [words, *(table for table in tables if table.rows)]


def _checks(caption: str, checks: Sequence[dict[str, Any]]) -> Table:
    body = [
        [
            text(_OUTCOMES[check["outcome"]]),
            text(dutch.words(check["name"].replace(".", ": ")), lang="en"),
            text(check["sentence"], lang="en"),
        ]
        for check in checks
    ]
    return Table(caption, [Head("Uitkomst"), Head("Controle"), Head("Waarom het telt")], body)


def _feed(name: str) -> str:
    return FEEDS[name].name_nl if name in FEEDS else name
