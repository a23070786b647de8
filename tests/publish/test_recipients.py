"""A pseudonym is of its recipient: the same patient over time, and nobody that another recipient knows."""

from __future__ import annotations

import hmac
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dagster_project.keyed_hash import derived_key, digests, pads
from dagster_project.publish.pointer import Release
from dagster_project.publish.recipients import DATA_TEAM, recipient_key
from dagster_project.publish.release import publish

from .made import INSURERS, KEY, make_manifest, make_warehouse, request, slice_file

DECLARED = "select provider_agb || declaration_id, patient_key from finance.declaration"


def patients(file: Path, sql: str = DECLARED) -> dict[str, str]:
    with duckdb.connect(str(file), read_only=True) as con:
        return dict(con.execute(sql).fetchall())


@pytest.fixture
def stored(warehouse: Path) -> dict[str, str]:
    return patients(warehouse)


def test_the_keyed_hash_is_that_of_the_library() -> None:
    for key in (b"k" * 32, b"k" * 64, b"k" * 200):
        assert digests([b"", b"one"], key) == [hmac.digest(key, text, "sha256") for text in (b"", b"one")]
    inner, outer = pads(derived_key(KEY, "one purpose"))
    assert len(inner) == len(outer) == 64 and inner != outer
    assert derived_key(KEY, "one purpose") != derived_key(KEY, "another")


def test_a_recipients_pseudonym_is_half_of_a_keyed_hash(published: Release, stored: dict[str, str]) -> None:
    """The data team's of the stored one, an insurer's of the data team's: a slice is made from a release alone."""
    of_team = patients(published.database)
    for recipient, file, before in [
        (DATA_TEAM, published.database, stored),
        *((uzovi, slice_file(published, uzovi), of_team) for uzovi in INSURERS),
    ]:
        shown, key = patients(file), recipient_key(KEY, recipient)
        expected = {row: hmac.digest(key, before[row].encode(), "sha256").hex()[:32] for row in shown}
        assert shown == expected and len(shown) >= 100
    parts = published.path / "parquet" / "finance.declaration" / "*" / "*.parquet"
    with duckdb.connect() as con:
        rows = con.execute(f"select provider_agb || declaration_id, patient_key from '{parts}'").fetchall()
    assert dict(rows) == of_team


def test_nobody_matches_across_recipients(published: Release, stored: dict[str, str]) -> None:
    """Every patient is with all three insurers; no two of the five have a key in common, in whole or in part."""
    known = [stored, patients(published.database), *(patients(slice_file(published, u)) for u in INSURERS)]
    assert len({frozenset(stored[row] for row in slice_of) for slice_of in known[2:]}) == 1
    keys = [{key[:8] for key in each.values()} for each in known]
    assert all(len(each) == len(set(stored.values())) for each in keys)
    assert len(set.union(*keys)) == sum(map(len, keys))


def test_a_patient_keeps_its_key_over_releases(tmp_path: Path, warehouse: Path, published: Release) -> None:
    later = publish(request(tmp_path, warehouse, "2026-04-01-00000002", as_of=date(2026, 4, 1)))
    for uzovi in INSURERS:
        assert patients(slice_file(later, uzovi)) == patients(slice_file(published, uzovi))
    assert patients(later.database) == patients(published.database)


def test_the_door_s_pseudonyms_are_in_no_file_of_the_release(
    tmp_path: Path, warehouse: Path, stored: dict[str, str], uncompressed: None
) -> None:
    release = publish(request(tmp_path, warehouse))
    slice_file(release, "0101")
    content = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert any(b"canary-0101" in each for each in content)
    for key in set(stored.values()):
        assert not any(key.encode() in each or key[:32].encode() in each for each in content)


def test_another_home_has_other_pseudonyms(tmp_path: Path, warehouse: Path, published: Release) -> None:
    other = publish(request(tmp_path, warehouse, pseudonym_key=KEY[::-1]))
    assert not set(patients(other.database).values()) & set(patients(published.database).values())
    assert KEY not in repr(request(tmp_path, warehouse))


def test_a_row_without_a_patient_stays(tmp_path: Path) -> None:
    warehouse = make_warehouse(tmp_path)
    with duckdb.connect(str(warehouse)) as con:
        con.execute("update finance.declaration set patient_key = null where declaration_id = 'D0000000'")
    make_manifest(tmp_path, warehouse)
    release = publish(request(tmp_path / "home", warehouse))
    for file in (release.database, slice_file(release, "0101")):
        assert patients(file)["00000000D0000000"] is None
