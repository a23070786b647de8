"""What the page says is what the tables say, in Dutch; nothing of a patient; the same bytes again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import duckdb
import pytest

from dagster_project.monitor.report import report_page
from dagster_project.settings import PROJECT

from .reading import Page


def test_money_per_region(page: Page) -> None:
    table = page.tables["Budget en omzet per regio, 2026"]
    assert table.head == [
        "Regio",
        "Budget",
        "Omzet",
        "Realisatie",
        "Nog te realiseren",
        "Betwist",
        "Verwacht jaareinde",
    ]
    assert table.row("Noord") == ["1.100.000,10", "183.333,36", "16,7%", "916.666,74", "10,25", "1.500,00"]
    assert table.row("Nederland") == ["1.925.000,60", "320.833,44", "16,7%", "1.604.167,16", "30,75", "–"]


def test_a_requested_budget_is_no_budget(page: Page) -> None:
    assert "1.100.999,10" not in page.visible and "1.925.999,60" not in page.visible


def test_allocation_of_the_last_whole_year(page: Page, html: str) -> None:
    table = page.tables["Last per zorgverzekeraar, 2025, definitief"]
    assert table.row("Onderlinge Zuid (9002)") == [
        "1.010,11", "10,10", "200,02", "−345,67", "854,36", "1.000,00", "50,00", "−395,66",
    ]  # fmt: skip
    assert table.row("Alle")[3:5] == ["12.000,00", "14.400,06"]
    assert "Onderlinge Zuid (9002) € −345,67" in html
    assert "Over 2025 betalen de verzekeraars bij: € 12.000,00 (definitieve nacalculatie)." in page.visible


def test_revenue_by_payer(page: Page) -> None:
    assert page.tables["Budget en omzet naar betaler"].rows[1:] == [
        ["2025", "Zorgkantoren (Wlz)", "1", "0,00", "40,10", "−40,10"],
        ["2025", "Zorgverzekeraars (Zvw)", "2", "1.000.000,00", "900.000,75", "99.999,50"],
        ["2024", "Rijk", "1", "7,00", "7,00", "0,00"],
    ]


def test_spending_plan(page: Page) -> None:
    assert page.tables["Bestedingsplan per jaar"].row("2025") == [
        "9.300.000,00", "2.300.000,00", "1.740.000,25", "7.559.999,75",
    ]  # fmt: skip
    table = page.tables["Gepland en besteed per regel"]
    assert table.row("LCPS") == ["2025", "in onderzoek", "7.000.000,00", "–", "7.000.000,00"]
    assert table.row("Alle")[2:] == ["9.300.000,00", "1.740.000,25", "7.559.999,75"]
    assert (
        "Zorgcoördinatie 2025: het plan heeft € 2.300.000,00, aantal maal prijs is € 2.400.000,00"
        " (verschil € −100.000,00)." in page.visible
    )


def test_clearing_ledger(page: Page, html: str) -> None:
    table = page.tables["Functies met een nieuwe houder"]
    assert table.head[:4] == ["Regio", "Functie", "Houder", "Stand"]
    holder = "Huisartsenpost Noord"
    assert table.rows[1:] == [
        ["Noord", "Triage", holder, "geschoond", "5.000,00", "3.000,00", "2.000,00", "9.000,00", "5.000,25"],
        ["Noord", "Urgentiebepaling", holder, "toerekening ontbreekt", "700,50", "–", "700,50", "–", "–"],
    ]
    beside = ("vanaf 1 januari 2026", "eerst Zorgcoördinatie Zwolle", "uren")
    assert all(f">{words}</span>" in html for words in beside)
    assert "2 functies die een andere houder kregen: 1 toerekening ontbreekt, 1 geschoond." in page.visible


def test_scorecard(page: Page) -> None:
    table = page.tables["KPI's per regio"]
    assert table.head == ["KPI", "Doel", "Nederland", "Noord", "Zwolle", "Limburg"]
    assert table.row("Oproepen binnen 2 minuten") == ["≥ 75,0%", "80,5%", "70,5%", "90,5%", "<n"]
    assert table.row("SEH-stops") == ["lager is beter", "1.234", "1.000", "", ""]
    assert table.row("Bezetting, IC")[:2] == ["context", "80,5%"]
    assert table.row("Regio's met zicht")[:2] == ["alle", "8 van 10"]
    assert table.row("Tevredenheid") == ["hoger is beter", "geen gegevens", "", "", ""]
    assert "Nog zonder gegevens: Tevredenheid." in page.visible


@pytest.mark.parametrize(
    ("region", "icons"),
    [
        ("Nederland", ["improving", "met"]),
        ("Noord", ["worsening", "not_met"]),
        ("Zwolle", ["special", "met"]),
        ("Limburg", []),
    ],
)
def test_a_cell_tells_target_and_special_cause_by_shape_and_word(
    html: str, page: Page, region: str, icons: list[str]
) -> None:
    card = html[html.index("<caption>KPI&#39;s per regio") :]
    cells = re.findall(r"<td.*?</td>", card[card.index("Oproepen binnen") :], re.S)
    cell = cells[page.tables["KPI's per regio"].head.index(region) - 1]
    assert re.findall(r'href="#i-(\w+)"', cell) == icons
    assert len(re.findall(r'aria-label="[^"]{8,}"', cell)) == len(icons)


def test_a_year_under_way_has_not_missed_its_budget(html: str) -> None:
    row = re.search(r"<th scope=\"row\">\s*Realisatie<.*?</tr>", html, re.S)
    assert row and "17,0%" in row.group(0) and "i-not_met" not in row.group(0)


def test_control_chart_says_what_it_shows(page: Page, html: str) -> None:
    assert "februari 2026 80,5%, gemiddeld 80,2%, grenzen 79,5% tot 81,0%, verbetert: buiten de grenzen" in html
    table = page.tables["Oproepen binnen 2 minuten, Nederland, per maand"]
    assert len(table.rows) == 15
    assert table.row("januari 2025") == ["alle", "80,2%", "80,2%", "79,5%", "81,0%", "gewone variatie"]


def test_a_withheld_month_breaks_the_line_and_is_said(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "gap.duckdb"
    file.write_bytes(database.read_bytes())
    with duckdb.connect(file) as connection:
        where = "where kpi_id = 'answer_regular_2min' and region_code = 'NL'"
        connection.execute(f"update kpi.control_chart set value = null {where} and month >= date '2026-01-01'")
        connection.execute(f"update kpi.value set suppressed = true {where} and period_start >= date '2026-01-01'")
    html = report_page(file)
    chart = Page(html).tables["Oproepen binnen 2 minuten, Nederland, per maand"]
    assert chart.row("januari 2026") == ["alle", "<n", "80,2%", "79,5%", "81,0%", ""]
    assert '<desc id="fig-answer_regular_2min-d">december 2025 80,0%, gemiddeld 80,2%' in html


def test_a_suppressed_region_has_no_line(page: Page) -> None:
    assert page.tables["Verloop per regio en stand van de laatste maand"].row("Oproepen binnen 2 minuten")[-1] == "<n"


def test_funnel_names_the_region_outside(page: Page, html: str) -> None:
    assert "Buiten de grenzen van 99,8%: Limburg. De regio's verschillen 1,5 keer zoveel als toeval doet" in unescape(
        html
    )
    table = page.tables["Oproepen binnen 2 minuten, 2025"]
    assert table.row("Noord") == [
        "1.000",
        "1.000",
        "82,0%",
        "80,0%",
        "77,0%",
        "83,0%",
        "75,0%",
        "85,0%",
        "73,9%",
        "86,1%",
    ]


def test_double_funding(page: Page) -> None:
    by_rule = page.tables["Bevindingen per regel"]
    assert by_rule.row("R04") == ["Coördinatiefunctie in twee sectoren", "hard", "4", "3", "40,50", "30,25"]
    assert by_rule.row("Alle")[2:] == ["1.205", "1.104", "43.256,48", "43.030,35"]
    assert page.tables["Bevindingen per regio"].row("Limburg") == ["1", "1", "10,00", "10,00"]
    sectors = page.tables["Bevindingen naar paar van sectoren"]
    assert sectors.row("Zorgcoördinatie") == ["Huisartsenpost", "4", "3", "40,50", "30,25"]


def test_quality(page: Page) -> None:
    deliveries = page.tables["Leveringen en rijen"]
    assert deliveries.row("Declaraties") == ["2", "1", "12.345", "12.340", "5", "0,04%", "1 maart 2026"]
    assert deliveries.row("Alle")[:5] == ["3", "1", "12.355", "12.350", "5"]
    assert page.tables["Waarom rijen in quarantaine staan"].row("unknown provider") == ["Declaraties", "2"]
    assert "Van 2 controles op deze release houden er 1 stand" in page.visible
    warned = page.tables["Controles die niet standhouden"].row("waarschuwt")
    assert warned == ["budget signals: margin", "A margin & <more>."]


def test_checks_without_data_do_not_hold(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "silent.duckdb"
    file.write_bytes(database.read_bytes())
    with duckdb.connect(file) as connection:
        silent = "{'name': 'capacity.hours_there', 'outcome': 'no_data', 'sentence': 'Hours.'}"
        connection.execute(f"update audit.release set checks = list_append(checks, {silent})")
    page = Page(report_page(file))
    assert (
        "Van 3 controles op deze release houden er 1 stand en had er 1 geen gegevens om te beoordelen" in page.visible
    )
    assert page.tables["Controles zonder gegevens"].row("geen gegevens") == ["capacity: hours there", "Hours."]
    assert page.tables["Controles die niet standhouden"].row("waarschuwt")


def test_the_first_page_adds_up(page: Page) -> None:
    table = page.tables["Samenvatting per regio"]
    assert table.row("Nederland")[:6] == ["1.925.000,60", "16,7%", "1.750.000,60", "100,0%", "1.104", "61,50"]
    assert table.row("Noord")[6:] == ["0 van 1", "1"]
    for fact in ("1 van 2", "1.104", "€ 61,50 uit de omzet gehouden", "0,04%", "5 van 12.355 rijen"):
        assert fact in page.visible


def test_nothing_of_a_patient_and_no_markup_from_a_delivery(html: str) -> None:
    assert "canary" not in html
    assert "<script" not in html and "&lt;script&gt;alert(1)&lt;/script&gt;.csv" in html
    assert "<b>fast" not in html


def test_it_opens_offline_and_is_small(html: str, page: Page) -> None:
    assert re.findall(r"(?:https?:)?//[^\s\"']+", html.replace('xmlns="http://www.w3.org/2000/svg"', "")) == []
    assert "default-src 'none'" in html and not re.search(r"@import|url\((?!#)|\son\w+=", html)
    assert {address[:1] for _, address in page.addresses} <= {"#", "d"}
    assert len(html.encode()) < 5_000_000


def test_the_same_release_is_the_same_bytes_elsewhere(database: Path, html: str) -> None:
    """Another process, time zone and order of hashes."""
    code = (
        "import sys; from pathlib import Path; from dagster_project.monitor.report import report_page;"
        "sys.stdout.buffer.write(report_page(Path(sys.argv[1])).encode())"
    )
    surroundings = os.environ | {
        "TZ": "Pacific/Auckland",
        "PYTHONHASHSEED": "7",
        "LC_ALL": "C",
    }
    words = [sys.executable, "-c", code, database]
    done = subprocess.run(words, env=surroundings, cwd=PROJECT, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == html.encode()


@pytest.mark.parametrize(
    ("gone", "sections"),
    [
        (("kpi.control_chart", "kpi.funnel"), ("regelkaarten", "trechters")),
        (("kpi.value",), ("scorekaart", "regelkaarten", "trechters")),
        (("finance.budget", "finance.settlement"), ("realisatie", "verzekeraars")),
        (("decision.spending", "finance.function_allocation"), ("bestedingen", "schoning")),
        (("finance.payer_year",), ("betalers",)),
        (("integrity.double_funding_summary", "integrity.delivery"), ("dubbel", "kwaliteit")),
    ],
)
def test_what_a_release_does_not_have_is_left_out(
    database: Path, tmp_path: Path, gone: tuple[str, ...], sections: tuple[str, ...]
) -> None:
    file = tmp_path / "less.duckdb"
    file.write_bytes(database.read_bytes())
    with duckdb.connect(file) as connection:
        for table in gone:
            connection.execute(f"drop table {table}")
    page = Page(report_page(file))
    linked = {address for tag, address in page.addresses if tag == "a"}
    assert not set(sections) & set(page.ids) and not {f"#{name}" for name in sections} & linked


def test_a_release_without_a_row_is_still_a_page(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "empty.duckdb"
    file.write_bytes(database.read_bytes())
    with duckdb.connect(file) as connection:
        tables = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        for (table,) in tables:
            connection.execute(
                f"delete from {table}" if table != "audit.release" else f"update {table} set checks = []"
            )
    page = Page(report_page(file))
    assert "Er zijn geen bevindingen." in page.visible


def test_the_end_of_the_year_is_shown_with_its_doubt(page: Page) -> None:
    this_year = page.tables["Budget en omzet per regio, 2026"]
    assert this_year.head[-1] == "Verwacht jaareinde"
    assert [this_year.row(name)[-1] for name in ("Noord", "Zwolle", "Nederland")] == ["1.500,00", "–", "–"]
    ends = page.tables["Verwacht jaareinde per regio, 2026"]
    assert ends.row("Noord")[3:] == ["1.300,00 – 1.700,00", "300,00", "boven budget"]
    assert [ends.row(name)[-1] for name in ("Limburg", "Zwolle")] == ["nog open", "–"]
    assert "fig-jaareinde-2026-t" in page.ids


@pytest.mark.parametrize(
    ("month", "told"), [("2025-02-01", True), ("2025-05-01", False), ("2026-02-01", False), ("2024-02-01", False)]
)
def test_an_end_that_rests_on_a_month_in_part_is_told(database: Path, tmp_path: Path, month: str, told: bool) -> None:
    """Only of the months of the year before that this year's are held against: the release is of March 2026."""
    file = tmp_path / "partial.duckdb"
    file.write_bytes(database.read_bytes())
    with duckdb.connect(file) as connection:
        connection.execute(
            "insert into kpi.value by name select 'admin_burden' as kpi_id, 'noord' as region_code, 'all' as unit,"
            " 'month' as period_type, ?::date as period_start, false as suppressed, true as partial",
            [month],
        )
    visible = Page(report_page(file)).visible
    assert ("Let op: februari 2025 is niet in elke regio heel geleverd." in visible) == told
    assert ("Let op:" in visible) == told


def test_without_a_forecast_none_is_shown(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "forecast.duckdb"
    file.write_bytes(database.read_bytes())
    with duckdb.connect(file) as connection:
        connection.execute("update finance.region_realisation set expected_final_eur = null")
    page = Page(report_page(file))
    assert page.tables["Budget en omzet per regio, 2026"].head[-1] != "Verwacht jaareinde"
    assert "jaareinde" not in page.ids


def test_this_room_reads_a_release_and_nothing_else() -> None:
    """No other room is at hand but the contracts, for the Dutch names of feeds: no seed, no ledger, no warehouse."""
    imported = set()
    for file in (PROJECT / "dagster_project" / "monitor").rglob("*.py"):
        imported |= set(re.findall(r"dagster_project\.(\w+)", file.read_text(encoding="utf-8")))
    assert imported == {"monitor", "feeds"}
