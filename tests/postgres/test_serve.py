"""What each database holds: what the slice, or the release, has, cell by cell; and what one night leaves of another."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import psycopg
import pytest
from publish.made import INSURERS, OWN, SHARED, make_manifest, make_warehouse, request, slice_file

from dagster_project.errors import TemporaryError, ZorgmartError
from dagster_project.postgres import load
from dagster_project.postgres.closed import prepare
from dagster_project.postgres.serve import serve
from dagster_project.publish.pointer import Release
from dagster_project.publish.release import publish

from .cluster import Cluster
from .conftest import PASSWORDS, asked
from .same import reader, require_same, tables_of


def test_an_insurers_database_is_its_slice(served: Cluster, release: Release) -> None:
    for uzovi in INSURERS:
        role = f"zorgmart_{uzovi}"
        assert tables_of(served, role) == sorted(SHARED + OWN)
        with served.connect(role, role, PASSWORDS[role]) as con:
            require_same(slice_file(release, uzovi), con, sorted(SHARED + OWN))


def test_the_data_team_has_the_release_and_monitors_have_what_is_for_all(served: Cluster, release: Release) -> None:
    everything = sorted(release.manifest()["tables"])
    assert tables_of(served, "zorgmart") == everything
    with served.connect("zorgmart", "zorgmart_analyst", PASSWORDS["zorgmart_analyst"]) as con:
        require_same(release.database, con, everything)
    assert tables_of(served, "zorgmart_monitor") == SHARED
    with served.connect("zorgmart_monitor", "zorgmart_monitor", PASSWORDS["zorgmart_monitor"]) as con:
        require_same(slice_file(release, "0101"), con, SHARED)


def test_types_keys_and_words(served: Cluster) -> None:
    with served.connect("zorgmart") as con:
        types = dict(
            con.execute(
                "select attname, format_type(atttypid, atttypmod) from pg_attribute"
                " where attrelid = 'finance.declaration'::regclass and attnum > 0"
            ).fetchall()
        )
        assert types["amount_eur"] == "numeric(18,2)" and types["service_start"] == "timestamp with time zone"
        ((key,),) = con.execute(
            "select pg_get_constraintdef(oid) from pg_constraint"
            " where conrelid = 'finance.insurer_allocation'::regclass"
        ).fetchall()
        assert key == "UNIQUE NULLS NOT DISTINCT (provider_agb, year, edition, insurer_uzovi)"
        assert con.execute(
            "select obj_description('finance.budget'::regclass), col_description('finance.budget'::regclass, 1)"
        ).fetchone() == ("One row per thing of finance.budget, the provider's own.", "What provider_agb means.")
        assert con.execute("select release_id from audit.release").fetchall() == [("2026-03-01-00000001",)]


def test_a_night_costs_what_is_new_and_an_open_reader_keeps_its_release(
    server: Cluster, release: Release, next_release: Release
) -> None:
    serve(asked(release, server.dsn()))
    reads = "select (select release_id from audit.release), count(*), sum(amount_eur) from finance.declaration"
    with server.connect("zorgmart_0101", "zorgmart_0101", PASSWORDS["zorgmart_0101"]) as open_reader:
        open_reader.autocommit = False
        before = open_reader.execute(reads).fetchone()
        done = serve(asked(next_release, server.dsn())).tables
        assert open_reader.execute(reads).fetchone() == before
        open_reader.rollback()
        after = open_reader.execute(reads).fetchone()
        assert after[0] == "2026-03-02-00000002" and after != before
    changes = {
        database.name: {one.table: (one.inserted, one.deleted) for one in tables if one.inserted or one.deleted}
        for database, tables in done.items()
    }
    assert changes["zorgmart"]["finance.declaration"] == (2, 2) and changes["zorgmart"]["capacity.hourly"] == (3, 3)
    assert "finance.declaration" not in changes["zorgmart_0102"] and changes["zorgmart_monitor"].keys() >= {
        "audit.release"
    }
    with server.connect("zorgmart") as con:
        require_same(
            next_release.database, con, ["finance.declaration", "integrity.quarantine", "finance.budget_realisation"]
        )
        query = (
            "select occupied_avg::varchar from capacity.hourly where location_code < 'L2' order by hour, location_code"
        )
        with reader(next_release.database) as here:
            there = con.execute(query.replace("::varchar", "")).fetchall()
            assert [repr(value) for (value,) in there] == [
                repr(float(value)) for (value,) in here.execute(query).fetchall()
            ]
    again = serve(asked(next_release, server.dsn())).tables
    assert {(one.inserted, one.deleted) for tables in again.values() for one in tables} == {(0, 0)}


def test_a_table_of_another_shape_is_made_again_and_one_that_is_gone_goes(
    server: Cluster, release: Release, tmp_path: Path
) -> None:
    serve(asked(release, server.dsn(), insurers="0101"))
    file = make_warehouse(tmp_path)
    with duckdb.connect(str(file)) as con:
        con.execute("alter table finance.budget add column \"note\" varchar default '100 %'")
    manifest = make_manifest(tmp_path, file)
    told = json.loads(manifest.read_text())
    del told["nodes"]["model.zorgmart.integrity.quarantine"]
    manifest.write_text(json.dumps(told))
    other = publish(request(tmp_path / "home", file, "2026-03-02-00000002"))
    serve(asked(other, server.dsn(), insurers="0101"))
    with server.connect("zorgmart_0101", "zorgmart_0101", PASSWORDS["zorgmart_0101"]) as con:
        assert con.execute("select note, amount_eur::text from finance.budget").fetchall() == [("100 %", "100.00")]
    assert "integrity.quarantine" not in tables_of(server, "zorgmart")


def test_a_fault_on_the_way_leaves_the_release_that_was_there(
    server: Cluster, release: Release, next_release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(asked(release, server.dsn(), insurers="0101"))
    with monkeypatch.context() as patch:
        patch.setattr(load.types, "hash_here", lambda columns: "7::decimal(38, 0)")
        with pytest.raises(ZorgmartError, match="is not what was sent"):
            serve(asked(next_release, server.dsn(), insurers="0101"))
    with server.connect("zorgmart") as con:
        assert con.execute("select release_id from audit.release").fetchall() == [("2026-03-01-00000001",)]
        assert con.execute("select count(*) from finance.declaration").fetchall() == [(300,)]
    serve(asked(next_release, server.dsn(), insurers="0101"))
    with server.connect("zorgmart") as con:
        require_same(next_release.database, con, ["finance.declaration", "audit.release"])


def test_one_publishes_at_a_time(server: Cluster, release: Release) -> None:
    with server.connect() as con:
        con.execute("select pg_advisory_lock(%s)", [0x7A6F7267])
        with pytest.raises(TemporaryError, match="Another process publishes to this server"):
            serve(asked(release, server.dsn()))


def test_an_account_that_is_no_superuser_publishes_to_a_prepared_server(server: Cluster, release: Release) -> None:
    with pytest.raises(ZorgmartError, match='role "loader" does not exist'):
        prepare(server.dsn("loader"), "loader")
    with server.connect() as con:
        con.execute("create role loader login createdb createrole")
    with pytest.raises(ZorgmartError, match="Preparing a server takes a superuser's DSN; nothing was changed"):
        prepare(server.dsn("loader"), "loader")
    with pytest.raises(ZorgmartError, match="Everybody may connect to or write in the database"):
        serve(asked(release, server.dsn("loader")))
    prepare(server.dsn(), "loader")
    serve(asked(release, server.dsn("loader")))
    with server.connect("zorgmart_0103", "zorgmart_0103", PASSWORDS["zorgmart_0103"]) as con:
        require_same(slice_file(release, "0103"), con, sorted(SHARED + OWN))
        assert con.execute("show temp_file_limit").fetchone() == ("64MB",)


def test_insurers_that_are_served_no_longer_are_closed(server: Cluster, release: Release) -> None:
    serve(asked(release, server.dsn()))
    done = serve(
        asked(release, server.dsn(), insurers="0102, 0101", passwords={"zorgmart_0101": PASSWORDS["zorgmart_0101"]})
    )
    assert done.closed == ["zorgmart_0103"]
    assert done.without_password == ["zorgmart_analyst", "zorgmart_monitor", "zorgmart_0102"]
    for role in ("zorgmart_0102", "zorgmart_0103", "zorgmart_analyst"):
        database = "zorgmart" if role == "zorgmart_analyst" else role
        with pytest.raises(psycopg.OperationalError):
            server.connect(database, role, PASSWORDS[role])
    with pytest.raises(ZorgmartError, match="ZORGMART_PG_INSURERS names 9999, and the release has no such insurer"):
        serve(asked(release, server.dsn(), insurers="9999"))


def test_no_password_stands_in_the_servers_log(served: Cluster) -> None:
    assert "SCRAM-SHA-256$" in served.log and not any(password in served.log for password in PASSWORDS.values())
