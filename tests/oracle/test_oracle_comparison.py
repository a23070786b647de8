"""The comparison finds nothing where nothing differs, and every planted difference."""

from pathlib import Path

import duckdb
import pytest

from . import tiny, tiny_records
from .comparison import compare
from .expected import Expected, compute
from .publishing import publish


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Expected:
    landing: Path = tmp_path_factory.mktemp("tiny")
    measured = [tiny_records.observation(tiny.NOORD), tiny_records.observation(tiny.NOORD, kpi_id="complications",
                numerator="4", denominator="9")]  # fmt: skip
    return compute(tiny.write_tiny(landing, **tiny.hand_worked(), kpi_observations=measured), key=tiny.KEY)


@pytest.fixture
def release_db(expected: Expected, tmp_path: Path) -> Path:
    """As published: what was measured of nine patients is withheld."""
    publish(expected, tmp_path / "zorgmart.duckdb")
    with duckdb.connect(str(tmp_path / "zorgmart.duckdb")) as connection:
        connection.execute("update kpi.value set suppressed = true where kpi_id = 'complications'")
    return tmp_path / "zorgmart.duckdb"


def test_equal_is_equal(expected: Expected, release_db: Path) -> None:
    assert compare(expected, release_db) == []


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            "update finance.settlement set revenue_eur = 250.01 where edition = 'definitive' and status = 'settled'",
            "finance.settlement provider_agb=41000001, year=2025, edition=definitive: "
            "revenue_eur is 250.01000000, expected 250.00.",
        ),
        (
            "update finance.declaration set patient_key = 'x' where declaration_id = 'd1'",
            "finance.declaration provider_agb=53000001, declaration_id=d1: patient_key differs.",
        ),
        (
            "delete from integrity.double_funding_finding where rule = 'R04'",
            "integrity.double_funding_finding rule=R04, provider_agb=41000001, declaration_id=z1 "
            "is expected but not published.",
        ),
        (
            "insert into capacity.hourly select * replace ('L9' as location_code) from capacity.hourly limit 1",
            "capacity.hourly provider_agb=53000001, location_code=L9, unit=seh, hour=2025-03-03 09:00:00+00:00 "
            "is published but not expected.",
        ),
        (
            "insert into finance.budget from finance.budget where component = 'free_margin'",
            "finance.budget provider_agb=41000001, year=2025, component=free_margin, parameter=innovation "
            "is published twice.",
        ),
        (
            "update kpi.value set numerator = 120.4 where region_code = 'NL' and period_type = 'year'",
            "kpi.value lead_time, NL, year 2025-01-01 is 120.400000 / 10.000000, expected 120.5 / 10.",
        ),
        (
            "delete from kpi.value where kpi_id = 'lead_time' and region_code = 'NL' and period_type = 'year'",
            "kpi.value lead_time, NL, year 2025-01-01 is expected but not published.",
        ),
        (
            "insert into kpi.value select * replace ('limburg' as region_code) from kpi.value"
            " where kpi_id = 'lead_time' and region_code = 'NL' and period_type = 'year'",
            "kpi.value lead_time, limburg, year 2025-01-01 is published but not expected.",
        ),
        (
            "update kpi.value set suppressed = false where kpi_id = 'complications' and region_code = 'NL'"
            " and period_type = 'year'",
            "kpi.value complications, NL, year 2025-01-01 shows fewer cases than may be shown.",
        ),
        ("alter table capacity.stop drop column minutes", "capacity.stop has no column minutes."),
        ("drop table capacity.stop", "capacity.stop is not published."),
        (
            "update integrity.quarantine set rules = ['unknown_insurer']",
            "integrity.quarantine feed=declarations, delivery_date=2026-01-31, file=a.csv, row=9: "
            "rules is unknown_insurer, expected unknown_performance_code.",
        ),
    ],
)
def test_a_planted_fault_is_one_sentence(expected: Expected, release_db: Path, fault: str, sentence: str) -> None:
    with duckdb.connect(str(release_db)) as connection:
        connection.execute(fault)
    assert compare(expected, release_db) == [sentence]


def test_a_replaced_version_in_the_ledger_is_no_difference(expected: Expected, release_db: Path) -> None:
    with duckdb.connect(str(release_db)) as connection:
        connection.execute(
            "insert into integrity.delivery "
            "select * replace ('old' as sha256, 'replaced' as status) from integrity.delivery"
        )
    assert compare(expected, release_db) == []
