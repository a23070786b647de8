"""BSNs in all the places where a sender may put them by mistake, and a search for them in everything a run wrote.

All of them pass the eleven-test and are nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from faults.rows import sound
from oracle import tiny

from dagster_project.feeds import FEEDS, Feed

MARKER = "CANARY-ROW-STANDS"
TOKEN = re.compile(rb"[0-9]{9,}|[A-Z]+-[A-Z]+-[A-Z]+")
DECLARATIONS = FEEDS["declarations"]
SWAPPED = (
    "declaration_id", "corrects_declaration_id", "provider_agb", "insurer_uzovi", "birth_year", "performance_code",
    "service_start", "service_end", "episode_id", "quantity", "amount_cents", "legal_framework", "declared_on",
)  # fmt: skip


class Canaries:
    """Gives out BSNs that nothing else has, and remembers them."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def one(self) -> str:
        self.given.append(tiny.bsn(7_654_321 + 13 * len(self.given)))
        return self.given[-1]

    def dotted(self) -> str:
        bsn = self.one()
        return f"{bsn[:4]}.{bsn[4:6]}.{bsn[6:]}"


def write_canaries(landing: Path, day: date, insurer: str, provider: str, code: str) -> list[str]:
    """Delivers files with a BSN in every wrong place, and one good row with `MARKER`; returns every BSN."""
    canaries = Canaries()
    folder = landing / "declarations" / str(day)
    folder.mkdir(parents=True, exist_ok=True)
    base = {"provider_agb": provider, "insurer_uzovi": insurer, "performance_code": code}
    times = {"service_start": f"{day}T00:30:00+01:00", "declared_on": str(day)}

    def row(name: str, **changes: object) -> dict[str, object]:
        return {**tiny.declaration(name, patient_key=canaries.one(), **base, **times), **changes}

    good = [row(MARKER), row("canary-episode", episode_id="e1"), row("canary-twice"), row("canary-twice")]
    good += [{**row(f"canary-{name}"), name: canaries.one(), "patient_key": "A"} for name in SWAPPED]
    good += [row("canary-unknown", performance_code="NOPE"), row("canary-nobody", insurer_uzovi="0001")]
    good += [row("canary-dots", patient_key=canaries.dotted()), row("canary-long", patient_key=canaries.one() * 2)]
    wrong = tiny.bsn(9_000_001)[:8] + str((int(tiny.bsn(9_000_001)[8]) + 1) % 10)
    canaries.given.append(wrong)
    good.append(row("canary-eleven", patient_key=wrong))
    lines = [_line(cells) for cells in good]
    lines += list(_malformed(row, canaries))
    _write(folder / "canary-rows.csv", [_header(), *lines])
    _write(folder / "canary-no-header.csv", [_line(row("n1")), _line(row("n2"))])
    _write(folder / "canary-column.csv", [f"{_header()},{canaries.one()}", f"{_line(row('c1'))},x"])
    _write(folder / "canary-twice.csv", [f"{_header()},patient_key", f"{_line(row('c2'))},{canaries.one()}"])
    (folder / "canary-torn.csv").write_text(f"{_header()}\n{_line(row('t1'))}\n{canaries.one()}", encoding="utf-8")
    (folder / "canary-latin.csv").write_bytes(f"{_header()}\n{_line(row('é'))}\n".encode("latin-1"))
    (folder / "canary-torn.parquet").write_bytes(b"PAR1" + _line(row("p1")).encode())
    _parquet(folder / "canary-number.parquet", row("p2"), lambda bsn: int(bsn))
    _parquet(folder / "canary-float.parquet", row("p3"), lambda bsn: float(bsn))
    _parquet(folder / "canary-list.parquet", row("p4"), lambda bsn: [bsn])
    for feed, rows in _further(provider, f"{day}T00:30:00+01:00", canaries).items():
        _write_further(landing / feed / str(day) / f"canary-{feed}.csv", FEEDS[feed], rows, canaries)
    return canaries.given


def _further(provider: str, at: str, canaries: Canaries) -> dict[str, list[dict[str, str]]]:
    """Rows of the other feeds that know patients: two good ones, then a BSN where none belongs."""

    def row(feed: str, **changes: str) -> dict[str, str]:
        instants = {column.name: at for column in FEEDS[feed].columns if column.kind == "timestamp"}
        return sound(
            FEEDS[feed], provider_agb=provider, counter_provider_agb="",
            **{"patient_key": canaries.one()} | instants | changes,
        )  # fmt: skip

    own = canaries.one()
    return {
        "contacts": [
            *(row("contacts", contact_id=f"c{number}") for number in range(2)),
            *(row("contacts", contact_id="c3", patient_key=own, **{name: own}) for name in ("caller", "episode_id")),
            row("contacts", contact_id=own, patient_key=own),
            *(row("contacts", contact_id="c4", **{name: canaries.one()}) for name in ("offered_at", "placement_calls")),
        ],
        "legal_indications": [
            *(row("legal_indications") for _ in range(2)),
            *(
                row("legal_indications", **{name: canaries.one()})
                for name in ("framework", "with_treatment", "valid_to")
            ),
            row("legal_indications", patient_key=canaries.dotted()),
        ],
        "exceptions": [
            *(row("exceptions", exception_id=f"x{number}") for number in range(2)),
            row("exceptions", exception_id="x3", patient_key=own, reason=f"asked for by {own}"),
            row("exceptions", exception_id="x4", reason=f"seen with {canaries.one()}, a sister"),
            row("exceptions", exception_id="x5", patient_key="", reason=f"see {canaries.dotted()}"),
            row("exceptions", exception_id="x6", approved_by=canaries.one()),
            row("exceptions", exception_id="x7", rule=canaries.one()),
        ],
    }


def _write_further(path: Path, feed: Feed, rows: list[dict[str, str]], canaries: Canaries) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(f'"{row[name]}"' if "," in row[name] else row[name] for name in feed.names) for row in rows]
    _write(path, [",".join(feed.names), *lines, f"{lines[0]},{canaries.one()}", canaries.one()])


def _malformed(row, canaries: Canaries) -> Iterator[str]:
    yield _line(row("m1")) + f",{canaries.one()}"
    yield canaries.one()
    yield f'"{canaries.one()}'
    yield _line(row("m2")).replace(",", ";")
    yield _line(row("m3")).replace(",", "\t")
    yield _line(row("m4")) + "\x00" + canaries.one()
    yield f"# {canaries.one()} called twice"


def _header() -> str:
    return ",".join(DECLARATIONS.names)


def _line(cells: dict[str, object]) -> str:
    return ",".join("" if cells.get(name) is None else str(cells[name]) for name in DECLARATIONS.names)


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _parquet(path: Path, cells: dict[str, object], convert) -> None:
    """One row whose patient column has another type than text."""
    values = {name: [str(cells[name]) if cells.get(name) is not None else None] for name in DECLARATIONS.names}
    pq.write_table(pa.table(values | {"patient_key": [convert(values["patient_key"][0])]}), path)


def places_of(words: list[str], folder: Path) -> list[str]:
    """Every file under `folder`, archive left out, with each of the words that it holds: as bytes, or in a table."""
    wanted, found = set(words), []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.is_relative_to(folder / "archive"):
            continue
        tokens = {token.decode() for token in TOKEN.findall(path.read_bytes())}.union(*_tokens(path))
        digits = {token[at : at + 9] for token in tokens for at in range(len(token) - 8)}
        found += [f"{path.relative_to(folder)}: {word}" for word in sorted(wanted & (tokens | digits))]
    return found


def _tokens(path: Path) -> Iterator[set[str]]:
    """The tokens in every table of a file that packs its text."""
    if path.suffix not in (".parquet", ".duckdb"):
        return
    with duckdb.connect() as connection:
        if path.suffix == ".parquet":
            yield _of_table(connection, f"read_parquet('{path}', hive_partitioning = false)")
        else:
            connection.execute(f"attach '{path}' as opened (read_only)")
            for schema, table in connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'opened'"
            ).fetchall():
                yield _of_table(connection, f'opened."{schema}"."{table}"')


def _of_table(connection: duckdb.DuckDBPyConnection, relation: str) -> set[str]:
    pattern = TOKEN.pattern.decode()
    rows = connection.execute(
        f"select distinct unnest(regexp_extract_all(cast(t as varchar), '{pattern}')) from {relation} as t"
    ).fetchall()
    return {token for (token,) in rows}
