"""The sample's release on a PostgreSQL server: by the command and by the night's asset, with all tables and types there
are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from postgres.cluster import Cluster, cluster, initialise, programs
from postgres.same import reader, require_same, tables_of

from dagster_project.defs import postgres
from dagster_project.defs.publish import RELEASE
from dagster_project.defs.resources import Warehouse
from dagster_project.settings import read_settings

from .conftest import Command, Night
from .homes import environment

SECRET = "a password that nobody may print"


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with initialise() as data, cluster(data) as started:
        yield started


@pytest.fixture
def variables(sample_night: Night, server: Cluster, tmp_path: Path) -> dict[str, str]:
    """The settings of a home that publishes to the server, for the two insurers that know most."""
    slices = sample_night.home.largest_slices(2)
    passwords = tmp_path / "passwords"
    passwords.write_text("".join(f"zorgmart_{file.stem}:{SECRET}\n" for file in slices), encoding="utf-8")
    passwords.chmod(0o600)
    return sample_night.home.variables | {
        "ZORGMART_POSTGRES_DSN": server.dsn(),
        "ZORGMART_PG_INSURERS": ",".join(file.stem for file in slices),
        "ZORGMART_PG_PASSWORDS": str(passwords),
    }


def test_the_command_publishes_the_sample(
    sample_night: Night, server: Cluster, variables: dict[str, str], zorgmart: Command
) -> None:
    code, out, err = zorgmart("serve-postgres", **variables)
    release = sample_night.home.release
    assert code == 0 and f"Release {release.release_id} is in 4 databases." in out and SECRET not in out + err
    assert "Without a password, so without a login: zorgmart_analyst, zorgmart_monitor." in out
    for file in sample_night.home.largest_slices(2):
        role = f"zorgmart_{file.stem}"
        tables = tables_of(server, role)
        with reader(file) as here:
            found = here.execute("select schema_name || '.' || table_name from duckdb_tables() order by 1").fetchall()
        assert [(table,) for table in tables] == found
        with server.connect(role, role, SECRET) as con:
            require_same(file, con, tables)
    assert sorted(tables_of(server, "zorgmart")) == sorted(release.manifest()["tables"])
    for_monitors = tables_of(server, "zorgmart_monitor")
    with server.connect("zorgmart_monitor") as con:
        require_same(sample_night.home.largest_slices(1)[0], con, for_monitors)
        told = con.execute("""
            select distinct attrelid::regclass::text from pg_attribute join pg_class c on c.oid = attrelid
            where attname in ('patient_key', 'declaration_id', 'insurer_uzovi') and relkind = 'r'
        """).fetchall()
    assert told == [("reference.insurer",)] and "finance.budget_realisation" in for_monitors
    assert zorgmart("serve-postgres", **(variables | {"ZORGMART_POSTGRES_DSN": ""}))[0] == 1


def test_the_night_publishes_where_a_server_is_named(
    sample_night: Night, server: Cluster, variables: dict[str, str], tmp_path: Path
) -> None:
    assert postgres.assets(sample_night.home.settings, RELEASE) == []
    with environment(tmp_path, **variables):
        (asset,) = postgres.assets(read_settings(), RELEASE)
        done = dg.materialize([asset], resources={"warehouse": Warehouse()})
        (told,) = done.asset_materializations_for_node("published__postgres")
    assert told.metadata["release"].value == sample_night.home.release.release_id
    assert told.metadata["databases"].value == ["zorgmart", "zorgmart_monitor"] + [
        f"zorgmart_{file.stem}" for file in sorted(sample_night.home.largest_slices(2))
    ]
