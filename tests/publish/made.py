"""Small real warehouses and dbt manifests for these tests: three insurers, each with a word only it may see."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from dagster_project.publish.pointer import Release
from dagster_project.publish.request import PublishRequest
from dagster_project.publish.slices import slice_of

INSURERS = ("0101", "0102", "0103")
AS_OF = date(2026, 3, 1)
KEY = "a key that only these tests have, of 32 and more"

DECLARATION = """
    select
        lpad((i % 7)::varchar, 8, '0') as provider_agb,
        'D' || lpad(i::varchar, 7, '0') as declaration_id,
        'D' as debit_credit,
        '010' || (1 + i % 3) as insurer_uzovi,
        left(sha256((i // 9)::varchar), 60) || 'abcd' as patient_key,
        'canary-010' || (1 + i % 3) || '-' || left(sha256(i::varchar), 20) as episode_id,
        ['Noord', 'West'][1 + i % 2] as region_code,
        timestamptz '2025-01-01 00:30:00+01' + to_minutes((i * 37) % 500000) as service_start,
        date_trunc('month', service_start)::date as service_month,
        date '2025-02-01' as declared_on,
        (i % 900 + 0.25)::decimal(18, 2) as amount_eur,
        ('only-010' || (1 + i % 3))::macro_kind as macro_category,
        'delivery.csv' as delivery_file,
        i::bigint as delivery_row
    from range({rows}) as made (i)
    order by hash(i + {shuffle})
"""
ALLOCATION = """
    select provider_agb, 2025 as "year", 'definitive' as edition, insurer_uzovi,
        sum(amount_eur)::decimal(18, 2) as declared_eur,
        ('secret of ' || insurer_uzovi) as note
    from finance.declaration group by all
"""
REALISATION = """
    select provider_agb, 2025 as "year", date '2025-01-01' as "month", region_code,
        sum(amount_eur)::decimal(18, 2) as declared_eur, 1.50::decimal(18, 2) as disputed_eur,
        (sum(amount_eur) - 1.50)::decimal(18, 2) as revenue_eur, count(*) / 3 as realisation_pct,
        provider_agb = '00000003' as withheld
    from finance.declaration group by all
"""
HOURLY = """
    select 'L' || i % 5 as location_code, 'ic' as unit,
        timestamptz '2025-10-25 00:00:00+02' + to_hours(i // 5) as "hour",
        date_trunc('month', "hour")::date as "month",
        (i % 11) / 7 as occupied_avg, 3::bigint as snapshots
    from range({hours}) as made (i) order by hash(i + {shuffle})
"""
FINDING = """
    select 'F' || i as finding_id, 'R02' as "rule", 'hard' as severity, if(i = 7, 'accepted', 'open') as status,
        lpad((i % 7)::varchar, 8, '0') as provider_agb, 'D' || lpad(i::varchar, 7, '0') as declaration_id,
        lpad(((i + step) % 7)::varchar, 8, '0') as counter_provider_agb,
        'D' || lpad((i + step)::varchar, 7, '0') as counter_declaration_id,
        'seh' as sector, 'hap' as counter_sector, 'Noord' as region_code,
        (12.25 + i)::decimal(18, 2) as amount_at_risk_eur,
        if(i = 7, 0, 12.25 + i)::decimal(18, 2) as disputed_eur, '2026-03-01-00000001' as first_seen_release,
        if(i = 7, '-2+3', null) as exception_id, null::varchar as budget_line, null::varchar as counter_line
    from (select i, [1, 3][1 + i % 2] as step from range(12) as made (i))
    union all by name
    select 'L1' as finding_id, 'R14' as "rule", 'signal' as severity, 'open' as status, '00000003' as provider_agb,
        'gp' as sector, 'West' as region_code, 9.00::decimal(18, 2) as amount_at_risk_eur,
        0.00::decimal(18, 2) as disputed_eur, '2026-03-01-00000001' as first_seen_release,
        '=cmd|"/c calc";!A1' as budget_line
"""
RULES = """
    create schema reference;
    create table reference.double_funding_rule as
    select * from (values ('R02', 'Dezelfde prestatie, elders.'), ('R14', '@dubbel')) as r ("rule", sentence_nl)
"""
TABLES = {
    "finance.declaration": (("provider_agb", "declaration_id"), DECLARATION),
    "finance.insurer_allocation": (("provider_agb", "year", "edition", "insurer_uzovi"), ALLOCATION),
    "finance.budget_realisation": (("provider_agb", "year", "month", "region_code"), REALISATION),
    "finance.budget": (
        ("provider_agb", "year", "component"),
        """select '00000001' as provider_agb, 2025 as "year", 'total' as component, 'Noord' as region_code,
            100.00::decimal(18, 2) as amount_eur""",
    ),
    "capacity.hourly": (("location_code", "unit", "hour"), HOURLY),
    "integrity.double_funding_finding": (("finding_id",), FINDING),
    "integrity.delivery": (
        ("feed", "file"),
        "select 'declarations' as feed, 'delivery.csv' as \"file\", 9 as \"rows\"",
    ),
    "integrity.quarantine": (
        ("feed", "file", "row"),
        "select 'declarations' as feed, 'delivery.csv' as \"file\", 4 as \"row\", ['R1', 'R2'] as rules",
    ),
}
# What stands in an insurer's slice: what everyone sees, and what it sees its own rows of.
SHARED = ["audit.release", "finance.budget", "finance.budget_realisation", "kpi.value"]
OWN = ["finance.declaration", "finance.insurer_allocation", "integrity.double_funding_finding"]
VISIBLE_TO = dict.fromkeys(SHARED, "all") | dict.fromkeys(OWN, "own_rows")
COLUMNS = {
    "delivery_file": {"visible_to": "data_team"},
    "delivery_row": {"visible_to": "data_team"},
    "counter_provider_agb": {"visible_to": "own_counter"},
    "counter_declaration_id": {"visible_to": "own_counter"},
    "counter_sector": {"visible_to": "own_counter"},
    "realisation_pct": {"withheld_where": "withheld"},
    "revenue_eur": {
        "formula": {
            "text": "declared_eur − disputed_eur.",
            "inputs": ["finance.budget_realisation.declared_eur", "finance.budget_realisation.disputed_eur"],
        }
    },
}
WATCHED = {
    "finance.budget": (["year", "region_code"], {"budget_eur": "sum(amount_eur)"}),
    "finance.budget_realisation": (
        ["year", "region_code"],
        {name: f"sum({name})" for name in ("declared_eur", "disputed_eur", "revenue_eur")},
    ),
    "integrity.double_funding_finding": (
        ["rule", "region_code"],
        {"findings": "count(*)", "amount_at_risk_eur": "sum(amount_at_risk_eur)"},
    ),
}
BY_MONTH_OF = {"finance.declaration": "service_month", "capacity.hourly": "month"}
CHECKSUMS = """
    create schema intermediate;
    create view intermediate.declaration_months as
    select service_month as "month", sum(hash(d))::varchar as "checksum" from finance.declaration as d group by 1;
    create view intermediate.hour_months as
    select "month", sum(hash(h))::varchar as "checksum" from capacity.hourly as h group by 1
"""
CHECKSUMS_OF = {"finance.declaration": "intermediate.declaration_months", "capacity.hourly": "intermediate.hour_months"}
VIEW = (
    ("kpi_id",),
    "select 'occupancy' as kpi_id, count(*) as n, 4::bigint as bed_count from warehouse.capacity.hourly",
)


def make_warehouse(folder: Path, rows: int = 300, shuffle: int = 0) -> Path:
    """A warehouse file with the tables above and `kpi.value` as a view that names its database, as dbt's do."""
    file = folder / "warehouse.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as con:
        con.execute(
            "set TimeZone = 'Europe/Amsterdam'; create type macro_kind as enum ('only-0101', 'only-0102', 'only-0103')"
        )
        for name, (_, query) in TABLES.items():
            con.execute(f"create schema if not exists {name.split('.')[0]}")
            con.execute(f"create table {name} as {query.format(rows=rows, hours=rows, shuffle=shuffle)}")
        con.execute(f"create schema kpi; create view kpi.value as {VIEW[1]}; {RULES}; {CHECKSUMS}")
    return file


def make_manifest(folder: Path, warehouse: Path) -> Path:
    """A dbt manifest.json that describes every mart of a warehouse."""
    with duckdb.connect(str(warehouse)) as con:
        nodes = {
            f"model.zorgmart.{name}": _node(con, name, key)
            for name, key in {**{n: k for n, (k, _) in TABLES.items()}, "kpi.value": VIEW[0]}.items()
        }
    nodes["model.zorgmart.stg"] = {
        "resource_type": "model",
        "name": "stg",
        "config": {"schema": "staging"},
        "columns": {},
    }
    file = folder / "manifest.json"
    file.write_text(json.dumps({"nodes": nodes}))
    return file


def _node(con: duckdb.DuckDBPyConnection, full_name: str, key: tuple[str, ...]) -> dict:
    schema, name = full_name.split(".")
    meta = {"primary_key": list(key), "visible_to": VISIBLE_TO.get(full_name, "data_team")}
    if full_name in BY_MONTH_OF:
        meta |= {"published_by_month_of": BY_MONTH_OF[full_name], "month_checksums": CHECKSUMS_OF[full_name]}
    if full_name in WATCHED:
        meta["watched"] = dict(zip(("by", "figures"), WATCHED[full_name], strict=True))
    described = con.execute(f"describe select * from {full_name}").fetchall()
    return {
        "resource_type": "model",
        "name": f"{schema}_{name}",
        "alias": name,
        "description": f"One row per thing of {full_name}, the provider's own.",
        "config": {"schema": schema, "materialized": "table", "meta": meta},
        "columns": {
            c: {
                "name": c,
                "data_type": kind,
                "description": f"What {c} means.",
                "config": {"meta": COLUMNS.get(c, {})},
            }
            for c, kind, *_ in described
        },
    }


def request(home: Path, file: Path, release_id: str = "2026-03-01-00000001", **other: object) -> PublishRequest:
    """A request for a warehouse with its manifest beside it."""
    values = {
        "home": home,
        "warehouse": file,
        "manifest": file.with_name("manifest.json"),
        "release_id": release_id,
        "as_of": AS_OF,
        "known_on": datetime(2026, 3, 1, 1, 59, tzinfo=UTC),
        "code_version": "0.1.0",
        "started_at": datetime(2026, 3, 1, 2, 0, tzinfo=UTC),
        "expected_current": None,
        "deliveries": [
            {
                "feed": "declarations",
                "delivery_date": date(2026, 3, 1),
                "file": "delivery.csv",
                "version": 1,
                "sha256": "ab" * 32,
            }
        ],
        "pseudonym_key": KEY,
        "checks": [{"name": "parts_sum", "outcome": "passed", "sentence": "Parts sum to what was allocated."}],
        "extra_files": {"quality.html": b"<p>quality</p>"},
    }
    return PublishRequest(**(values | other))


def slice_file(release: Release, uzovi: str) -> Path:
    """An insurer's slice, made if need be."""
    return slice_of(release, uzovi, KEY)


def rows_of(file: Path, sql: str) -> list[tuple]:
    """What any client reads from a release or a slice."""
    with duckdb.connect(str(file), read_only=True) as con:
        con.execute("set TimeZone = 'Europe/Amsterdam'")
        return con.execute(sql).fetchall()
