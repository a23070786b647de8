"""What a release holds, and what is refused before it holds it."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Package

from dagster_project.errors import ZorgmartError
from dagster_project.publish import audit
from dagster_project.publish.datapackage import frictionless_type
from dagster_project.publish.manifest import is_whole
from dagster_project.publish.pointer import Release, current_release
from dagster_project.publish.release import publish

from .made import BY_MONTH_OF, TABLES, make_manifest, make_warehouse, request

MARTS = {**{name: key for name, (key, _) in TABLES.items()}, "kpi.value": ("kpi_id",), "audit.release": ("release_id",)}


def test_every_mart_is_a_table_in_key_order(published: Release) -> None:
    with duckdb.connect(str(published.database), read_only=True) as con:
        kinds = dict(
            con.execute(
                "select table_schema || '.' || table_name, table_type from information_schema.tables"
            ).fetchall()
        )
        assert kinds == {name: "VIEW" if name in BY_MONTH_OF else "BASE TABLE" for name in MARTS}
        for name, key in MARTS.items():
            columns = ", ".join(f'"{column}"' for column in key)
            rows = con.execute(f"select {columns} from {name}").fetchall()
            # Of a table in parts the rows are in order within their month.
            assert rows and (sorted(rows) if name in BY_MONTH_OF else rows) == sorted(set(rows)), name
        assert con.execute("select count(*) from duckdb_columns() where data_type like 'ENUM%'").fetchone() == (0,)


def test_words_are_in_the_file(published: Release) -> None:
    with duckdb.connect(str(published.database), read_only=True) as con:
        tables = dict(con.execute("select schema_name || '.' || table_name, comment from duckdb_tables()").fetchall())
        assert tables["finance.budget"] == "One row per thing of finance.budget, the provider's own."
        views = dict(con.execute("select schema_name || '.' || view_name, comment from duckdb_views()").fetchall())
        assert views["finance.declaration"] == "One row per thing of finance.declaration, the provider's own."
        assert con.execute(
            "select count(*) from duckdb_columns() where not internal and comment is null"
        ).fetchone() == (0,)


def test_files_are_complete_and_read_only(published: Release) -> None:
    manifest = published.manifest()
    found = {p.relative_to(published.path).as_posix() for p in published.path.rglob("*") if p.is_file()}
    assert found == set(manifest["files"]) | {"manifest.json"}
    assert {f"parquet/{name}.parquet" for name in set(MARTS) - set(BY_MONTH_OF)} <= found
    assert {"zorgmart.duckdb", "datapackage.json", "quality.html"} <= found
    assert {f"parquet/{name}/_delta_log/{0:020d}.json" for name in BY_MONTH_OF} <= found
    for name, told in manifest["files"].items():
        content = (published.path / name).read_bytes()
        assert told == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    assert {oct(p.stat().st_mode & 0o777) for p in published.path.rglob("*") if p.is_file()} == {"0o400"}


def test_parquet_keeps_types_and_amounts(published: Release) -> None:
    declarations = pq.read_table(published.path / "parquet/finance.declaration")
    assert declarations.schema.field("amount_eur").type == pa.decimal128(18, 2)
    assert declarations.schema.field("service_start").type == pa.timestamp("us", "UTC")
    assert pa.types.is_string(declarations.schema.field("macro_category").type)
    total = sum(declarations["amount_eur"].to_pylist())
    assert total == sum(Decimal(i % 900) + Decimal("0.25") for i in range(300))
    assert published.manifest()["tables"]["finance.declaration"] == {"rows": 300, "money": {"amount_eur": str(total)}}


def test_audit_tells_of_the_run_everywhere_but_in_parquet(published: Release) -> None:
    (row,) = pq.read_table(published.path / "parquet/audit.release.parquet").to_pylist()
    assert row["release_id"] == published.release_id and row["as_of"] == date(2026, 3, 1)
    assert all(row[name] is None for name in audit.OF_THE_RUN)
    with duckdb.connect(str(published.database), read_only=True) as con:
        started, finished, checks = con.execute(
            "select started_at::varchar, finished_at > started_at, checks from audit.release"
        ).fetchone()
    assert finished and started
    assert checks == [{"name": "parts_sum", "outcome": "passed", "sentence": "Parts sum to what was allocated."}]


def test_datapackage_describes_every_table(published: Release) -> None:
    package = json.loads((published.path / "datapackage.json").read_text())
    report = Package.validate_descriptor(package)
    assert report.valid, report.flatten(["title", "note"])
    assert package["profile"] == "data-package" and package["version"] == published.release_id
    assert all({"name", "title"} <= set(entry) for entry in package["licenses"]) and package["licenses"]
    assert all(entry["title"] for entry in package["sources"]) and package["sources"]
    assert [r["name"] for r in package["resources"]] == sorted(MARTS, key=lambda n: (n.startswith("audit"), n))
    for resource in package["resources"]:
        is_in_parts = resource["name"] in BY_MONTH_OF
        files = [published.path / name for name in (resource["path"] if is_in_parts else [resource["path"]])]
        assert resource["bytes"] == sum(file.stat().st_size for file in files) and resource["format"] == "parquet"
        fields = resource["schema"]["fields"]
        if is_in_parts:
            assert resource["partition"] == BY_MONTH_OF[resource["name"]] and files
        else:
            assert resource["hash"] == "sha256:" + hashlib.sha256(files[0].read_bytes()).hexdigest()
        columns = [f["name"] for f in fields if f["name"] != resource.get("partition")]
        assert all(columns == pq.ParquetFile(file).schema_arrow.names for file in files)
        assert all(f["description"] and f["type"] for f in fields)
        assert tuple(resource["schema"]["primaryKey"]) == MARTS[resource["name"]]
    units = {f["name"]: f.get("unit") for r in package["resources"] for f in r["schema"]["fields"]}
    assert units["amount_eur"] == "EUR" and units["realisation_pct"] == "percent" and units["bed_count"] == "count"
    assert units["provider_agb"] is None
    formulas = {f["name"]: f["formula"] for r in package["resources"] for f in r["schema"]["fields"] if "formula" in f}
    declared, disputed = (f"finance.budget_realisation.{name}" for name in ("declared_eur", "disputed_eur"))
    assert formulas == {"revenue_eur": {"text": "declared_eur − disputed_eur.", "inputs": [declared, disputed]}}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("VARCHAR", "string"), ("VARCHAR[]", "array"), ("STRUCT(a INTEGER)[]", "array"), ("STRUCT(a DATE)", "object"),
        ("BIGINT", "integer"), ("INTEGER", "integer"), ("UTINYINT", "integer"), ("HUGEINT", "integer"),
        ("INTERVAL", "string"),
        ("DECIMAL(18,2)", "number"), ("DOUBLE", "number"), ("BOOLEAN", "boolean"), ("DATE", "date"),
        ("TIMESTAMP WITH TIME ZONE", "datetime"),
    ],
)  # fmt: skip
def test_types_of_the_datapackage(kind: str, expected: str) -> None:
    assert frictionless_type(kind) == expected


def test_what_moved_and_why(tmp_path: Path, warehouse: Path, first: Release) -> None:
    assert first.manifest()["moved"] == [] and first.manifest()["moved_against"] is None
    (tmp_path / "more").mkdir()
    more = make_warehouse(tmp_path / "more", rows=302)
    make_manifest(more.parent, more)
    new = [
        {
            "feed": "declarations",
            "delivery_date": date(2026, 3, 2),
            "file": "next.csv",
            "version": 1,
            "sha256": "cd" * 32,
        }
    ]
    second = publish(
        request(
            tmp_path, more, "2026-03-02-00000002", expected_current=first.release_id,
            deliveries=[*request(tmp_path, more).deliveries, *new],
        )
    )  # fmt: skip
    told = second.manifest()
    assert told["moved_against"] == first.release_id
    moved = {entry["figure"]: (entry["before"], entry["after"]) for entry in told["moved"]}
    assert moved["rows finance.declaration"] == ("300", "302")
    before, after = (sum(Decimal(i % 900) + Decimal("0.25") for i in range(n)) for n in (300, 302))
    assert moved["declared_eur 2025"] == (str(before), str(after))
    assert "declared_eur 2025 Noord" in moved and "budget_eur 2025" not in moved
    assert [entry["file"] for entry in told["deliveries_new"]] == ["next.csv"] and told["deliveries_gone"] == []
    with duckdb.connect(str(second.database), read_only=True) as con:
        (in_table,) = con.execute("select moved from audit.release").fetchone()
    assert in_table == told["moved"]


def test_the_same_release_is_not_written_twice(tmp_path: Path, warehouse: Path, first: Release) -> None:
    inodes = {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in first.path.rglob("*")}
    again = publish(request(tmp_path, warehouse, expected_current=first.release_id))
    assert again == first
    assert {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in first.path.rglob("*")} == inodes


def test_a_page_is_made_when_its_release_is_written_and_not_again(tmp_path: Path, warehouse: Path) -> None:
    made: list[bytes] = []

    def page(database: Path) -> bytes:
        with duckdb.connect(str(database), read_only=True) as con:
            assert con.execute("select release_id from audit.release").fetchone() == ("2026-03-01-00000001",)
        made.append(b"<p>made</p>")
        return made[-1]

    written = publish(request(tmp_path, warehouse, extra_files={"page.html": page}))
    publish(request(tmp_path, warehouse, expected_current=written.release_id, extra_files={"page.html": page}))
    assert (written.path / "page.html").read_bytes() == b"<p>made</p>" and len(made) == 1


def test_an_earlier_release_becomes_current_again(tmp_path: Path, warehouse: Path, first: Release) -> None:
    second = publish(request(tmp_path, warehouse, "2026-03-02-00000002", expected_current=first.release_id))
    asked = request(tmp_path, warehouse, expected_current=second.release_id, make_current=True)
    assert publish(asked) == current_release(tmp_path) == first


@pytest.mark.parametrize("is_there", [True, False])
def test_an_earlier_release_is_made_beside_the_current_one(tmp_path: Path, warehouse: Path, is_there: bool) -> None:
    """Nobody asked for it to be read instead; the same date again moves on, as after a change of the code."""
    earlier, later = "2026-02-27-00000001", "2026-03-02-00000002"
    known = publish(request(tmp_path, warehouse, earlier)).release_id if is_there else None
    current = publish(request(tmp_path, warehouse, later, expected_current=known))
    made = publish(request(tmp_path, warehouse, earlier, expected_current=later))
    assert made.release_id == earlier and is_whole(made.path) and current_release(tmp_path) == current
    same_date = publish(request(tmp_path, warehouse, "2026-03-02-00000001", expected_current=later))
    assert current_release(tmp_path) == same_date


def test_an_earlier_release_takes_the_place_of_one_that_is_gone(
    tmp_path: Path, warehouse: Path, first: Release
) -> None:
    second = publish(request(tmp_path, warehouse, "2026-03-02-00000002", expected_current=first.release_id))
    second.path.rename(tmp_path / "lost")
    assert publish(request(tmp_path, warehouse, expected_current=second.release_id)) == current_release(tmp_path)


@pytest.mark.parametrize("harm", ["no manifest", "one byte", "file gone", "file more", "not json"])
def test_a_damaged_release_is_made_anew(tmp_path: Path, warehouse: Path, first: Release, harm: str) -> None:
    parquet = first.path / "parquet/finance.budget.parquet"
    parquet.chmod(0o644)
    (first.path / "manifest.json").chmod(0o644)
    match harm:
        case "no manifest":
            (first.path / "manifest.json").unlink()
        case "one byte":
            content = bytearray(parquet.read_bytes())
            content[20] ^= 1
            parquet.write_bytes(content)
        case "file gone":
            parquet.unlink()
        case "file more":
            (first.path / "zorgmart.duckdb.wal").write_bytes(b"stale")
        case "not json":
            (first.path / "manifest.json").write_text("{")
    publish(request(tmp_path, warehouse, expected_current=first.release_id))
    pq.read_table(parquet)
    assert current_release(tmp_path).manifest()["moved"] == []
    assert sorted(p.name for p in (tmp_path / "published").iterdir()) == [".lock", first.release_id, "current", "parts"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "insert into finance.budget from finance.budget",
            r"finance.budget: 1 row\(s\) have the key .* of another row",
        ),
        ("alter table finance.budget alter amount_eur type double", r"budget.amount_eur is DOUBLE; money is decimal"),
        ("alter table finance.budget add column surprise int", r"finance.budget: column.* surprise stand in only one"),
        ("drop table integrity.delivery", r"describes integrity.delivery, which the warehouse lacks"),
        (
            "update finance.insurer_allocation set insurer_uzovi = '../x' where insurer_uzovi = '0101'",
            r"'../x', which is no",
        ),
        (
            "update finance.insurer_allocation set insurer_uzovi = null where insurer_uzovi = '0101'",
            r"None, which is no",
        ),
    ],
)
def test_a_warehouse_that_is_not_as_described_is_refused(
    tmp_path: Path, own_warehouse: Path, change: str, sentence: str
) -> None:
    with duckdb.connect(str(own_warehouse)) as con:
        con.execute(change)
    with pytest.raises(ZorgmartError, match=sentence):
        publish(request(tmp_path, own_warehouse))
    assert current_release(tmp_path) is None
    assert [p.name for p in (tmp_path / "published").iterdir()] == [".lock"]


def test_an_instant_without_a_zone_is_refused(tmp_path: Path, own_warehouse: Path) -> None:
    with duckdb.connect(str(own_warehouse)) as con:
        con.execute("alter table finance.budget add column agreed_at timestamp")
    make_manifest(tmp_path, own_warehouse)
    with pytest.raises(ZorgmartError, match=r"finance.budget.agreed_at is TIMESTAMP; an instant has a time zone"):
        publish(request(tmp_path, own_warehouse))


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"release_id": "../../etc"}, "is not <as_of date>"),
        ({"warehouse": Path("/nowhere.duckdb")}, "there is no warehouse at /nowhere.duckdb"),
        ({"manifest": Path("/nowhere.json")}, "/nowhere.json is no dbt manifest"),
        ({"extra_files": {"../out.html": b""}}, "is no free path"),
        ({"extra_files": {"/out.html": b""}}, "is no free path"),
        ({"extra_files": {"manifest.json": b""}}, "is no free path"),
        ({"extra_files": {"./findings/00000001.csv": b""}}, "is no free path"),
    ],
)
def test_a_wrong_request_is_refused(tmp_path: Path, warehouse: Path, other: dict, sentence: str) -> None:
    with pytest.raises(ZorgmartError, match=sentence):
        publish(request(tmp_path, warehouse, **other))
    assert current_release(tmp_path) is None


def test_a_manifest_without_key_is_refused(tmp_path: Path, warehouse: Path) -> None:
    nodes = json.loads(warehouse.with_name("manifest.json").read_text())
    nodes["nodes"]["model.zorgmart.finance.budget"]["config"]["meta"] = {"visible_to": "all"}
    (tmp_path / "manifest.json").write_text(json.dumps(nodes))
    with pytest.raises(ZorgmartError, match=r"finance.budget: meta.primary_key"):
        publish(request(tmp_path, warehouse, manifest=tmp_path / "manifest.json"))
