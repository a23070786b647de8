"""Double funding by rule, by pair of sectors and by region: sums of the published summary, never a patient."""

# ruff: noqa: S608 - the columns summed are a constant of this file
from __future__ import annotations

from dagster_project.monitor import charts_money, drawing, dutch
from dagster_project.monitor.blocks import Cell, Figure, Figures, Head, Section, Table, Words, figure_cell, text
from dagster_project.monitor.released import Released, Row

_SUMS = """
    sum(findings)::bigint as findings, sum(open)::bigint as open, sum(amount_at_risk_eur) as amount_at_risk_eur,
    sum(disputed_eur) as disputed_eur
"""
_BY_RULE = f"select rule, {_SUMS} from integrity.double_funding_summary group by rule order by rule"
_BY_SECTORS = f"""
    select sector, counter_sector, {_SUMS}
    from integrity.double_funding_summary
    group by sector, counter_sector
    order by disputed_eur desc, amount_at_risk_eur desc, sector, counter_sector
"""
_BY_REGION = (
    f"select region_code, {_SUMS} from integrity.double_funding_summary group by region_code order by region_code"
)
_COLUMNS = ("findings", "open", "amount_at_risk_eur", "disputed_eur")
_SUM_HEAD = (
    Head("Bevindingen", number=True),
    Head("Open", number=True),
    Head("In het geding", "€", True),
    Head("Betwist", "per bevinding; een declaratie kan in meer dan één staan, €", True),
)
_SEVERITY = {"hard": "hard", "signal": "signaal"}


def double_funding_section(released: Released) -> Section | None:
    """Double funding by rule, by pair of sectors and by region."""
    if not released.has("integrity.double_funding_summary"):
        return None
    rows = released.rows(_BY_RULE)
    if not rows:
        return Section("dubbel", "Dubbele bekostiging", "Double funding", [Words("Er zijn geen bevindingen.")])
    names, rules = released.regions, released.rules
    by_sectors = Table(
        "Bevindingen naar paar van sectoren",
        [Head("Sector", "latere kant"), Head("Sector", "eerdere kant"), *_SUM_HEAD],
        [
            [text(_sector(row["sector"])), text(_sector(row["counter_sector"])), *_sums(row)]
            for row in released.rows(_BY_SECTORS)
        ],
    )
    found = {row["region_code"]: row for row in released.rows(_BY_REGION)}
    by_region = Table(
        "Bevindingen per regio",
        [Head("Regio"), *_SUM_HEAD],
        [
            [text(names.get(code, code)), *_sums(found[code])]
            for code in [*names, *sorted(set(found) - set(names))]
            if code in found
        ],
    )
    return Section(
        "dubbel",
        "Dubbele bekostiging",
        "Double funding",
        [Words(_LEAD), Figures([_rule_figure(rows, rules)], _BARS), _rule_table(rows, rules), by_sectors, by_region],
    )


_LEAD = (
    "Dezelfde functie of zorg die uit twee bronnen is betaald. Bij een harde regel is de latere declaratie betwist: zij"
    " telt niet als omzet tot zij is gecrediteerd of aanvaard. Een signaal vraagt om een beoordeling. Een declaratie is"
    " hoogstens één keer betwist, ook als meer bevindingen haar noemen: de som over de regels kan dus hoger zijn dan"
    " wat uit de omzet is gehouden."
)
_BARS = (("pale-bar", "bedrag in het geding"), ("bar-out", "daarvan betwist"))


def _rule_figure(rows: list[Row], rules: dict[str, Row]) -> Figure:
    title = "Bedrag in het geding en betwist, per regel"
    drawn = [
        {
            "rule": f"{row['rule']}  {_rule_name(row['rule'], rules)}",
            "at_risk": row["amount_at_risk_eur"],
            "disputed": row["disputed_eur"],
        }
        for row in rows
    ]
    said = "; ".join(
        f"{row['rule']} € {dutch.euro(row['amount_at_risk_eur'])}, betwist € {dutch.euro(row['disputed_eur'])}"
        for row in rows
    )
    svg = drawing.figure_svg(drawing.draw(charts_money.amounts_by_rule(drawn)), "fig-dubbel", title, said)
    return Figure("fig-dubbel", title, "Amount at risk and disputed, by rule", said, svg, kind="wide")


def _rule_name(rule: str, rules: dict[str, Row]) -> str:
    return str(rules.get(rule, {}).get("name_nl", rule))


def _rule_table(rows: list[Row], rules: dict[str, Row]) -> Table:
    head = [Head("Regel"), Head("Wat er is gevonden"), Head("Soort"), *_SUM_HEAD]
    body = []
    for row in rows:
        rule = rules.get(row["rule"], {})
        kind = _SEVERITY.get(str(rule.get("severity")), "")
        sentence = str(rule.get("sentence_nl", ""))
        body.append([text(row["rule"]), Cell(_rule_name(row["rule"], rules), line=sentence), text(kind), *_sums(row)])
    whole = {name: sum(row[name] for row in rows) for name in _COLUMNS}
    return Table(
        "Bevindingen per regel", head, body, [[text("Alle"), text(""), text(""), *_sums(whole)]], kind="double-funding"
    )


def _sums(row: Row) -> list[Cell]:
    findings, open_, at_risk, disputed = (row[name] for name in _COLUMNS)
    return [
        figure_cell(dutch.number(findings)),
        figure_cell(dutch.number(open_)),
        figure_cell(dutch.euro(at_risk)),
        figure_cell(dutch.euro(disputed)),
    ]


def _sector(code: str) -> str:
    return dutch.SECTORS.get(code, dutch.words(code))
