"""Faults of whole files and of lines: what is rejected, what is quarantined, what nobody notices."""

import gzip
import os
from pathlib import Path

import pytest

from dagster_project.feeds import FEEDS

from .made import BSN, ROWS, Home, csv_bytes, line, lines, row, without

HEADER = ",".join(FEEDS["declarations"].names)
SOUND = csv_bytes([row("declarations")])
TWO = [row("declarations"), row("declarations", declaration_id="D2", patient_key="123456782")]
REJECTED = {
    "empty": (b"", "a.csv", "empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "a.csv", "newline"),
    "latin-1": (lines("providers", line("providers", name="caf\xe9").encode("latin-1")), "a.csv", "byte"),
    "utf-16": (csv_bytes(TWO).decode().encode("utf-16"), "a.csv", "UTF-16"),
    "utf-16 without mark": (csv_bytes(TWO).decode().encode("utf-16-le"), "a.csv", "UTF-16"),
    "torn": (csv_bytes(TWO)[:-10], "a.csv", "newline"),
    "no header": (csv_bytes(TWO).partition(b"\n")[2], "a.csv", "names no column"),
    "header twice": (SOUND + SOUND, "a.csv", "twice"),
    "header at once again": (f"{HEADER}\n{HEADER}\n".encode(), "a.csv", "twice"),
    "column twice": (SOUND.replace(b"birth_year", b"episode_id"), "a.csv", "episode_id"),
    "unknown column": (SOUND.replace(b"birth_year", b"date_of_birth"), "a.csv", "date_of_birth"),
    "missing column": (csv_bytes([without("declarations", "quantity")]), "a.csv", "quantity"),
    "very many columns": (b"," * 100_000 + b"\n", "a.csv", "header"),
    "zip": (b"PK\x03\x04" + SOUND, "a.csv", "zip"),
    "parquet named csv": (b"PAR1" + SOUND, "a.csv", "Parquet"),
    "gzip named csv": (gzip.compress(SOUND), "a.csv", "gzip"),
    "csv named gzip": (SOUND, "a.csv.gz", "gzip"),
    "gzip in gzip": (gzip.compress(gzip.compress(SOUND)), "a.csv.gz", "gzip"),
    "half a gzip": (gzip.compress(SOUND)[:-20], "a.csv.gz", "cut off"),
    "gzip with rubbish behind": (gzip.compress(SOUND) + b"rubbish", "a.csv.gz", "damaged"),
    "gzip of nothing": (gzip.compress(b""), "a.csv.gz", "empty"),
    "gzip bomb": (gzip.compress(SOUND + b"x" * (40 << 20) + b"\n"), "a.csv.gz", "times as large"),
    "no parquet": (SOUND, "a.parquet", "no Parquet"),
}  # fmt: skip


@pytest.mark.parametrize("fault", REJECTED)
def test_a_file_that_is_not_what_it_says_is_rejected_whole(home: Home, fault: str) -> None:
    data, name, word = REJECTED[fault]
    feed = "providers" if fault == "latin-1" else "declarations"
    home.deliver(feed, data, name)
    home.deliver(feed, csv_bytes([row(feed)]), "sound.csv")
    report = home.ingest()
    version = home.versions().filter(file=name).row(0, named=True)
    assert (version["status"], version["rows"], version["store_file"]) == ("rejected", 0, None)
    assert word in version["reason"] and BSN not in version["reason"]
    assert home.accepted(feed).height == 1
    assert (home.home / "archive" / version["sha256"][:2] / version["sha256"]).read_bytes() == data
    assert list(report.rejected) == [f"{feed}/2026-01-31/{name}"]


SAME = {
    "semicolons": csv_bytes(TWO, ";"),
    "CRLF": csv_bytes(TWO, end="\r\n"),
    "mixed newlines": csv_bytes(TWO, end="\r\n").replace(b"\r\n", b"\n", 2),
    "byte order mark": b"\xef\xbb\xbf" + csv_bytes(TWO),
    "other order": csv_bytes([dict(reversed(made.items())) for made in TWO]),
    "all quoted": "".join(
        ",".join(f'"{part}"' for part in text.split(",")) + "\n" for text in csv_bytes(TWO).decode().splitlines()
    ).encode(),
    "gzip": gzip.compress(csv_bytes(TWO)),
    "gzip in two members": gzip.compress(csv_bytes(TWO)[:50]) + gzip.compress(csv_bytes(TWO)[50:]),
}


@pytest.mark.parametrize("form", SAME)
def test_nobody_notices_how_it_is_written(home: Home, form: str) -> None:
    name = "a.csv.gz" if "gzip" in form else "a.csv"
    home.deliver("declarations", SAME[form], name)
    home.deliver("declarations", csv_bytes(TWO), "plain.csv")
    home.ingest()
    one, other = (home.accepted("declarations").filter(version_id=number).drop("version_id") for number in (1, 2))
    assert one.height == 2
    assert one.equals(other)


GOOD, OTHER = line("declarations"), line("declarations", declaration_id="D2")
EMPTY = [f"missing_{name}" for name in FEEDS["declarations"].required_names]
ODD_START, ODD_RULES = "x\x01" + GOOD, {1: ["control_character", "invalid_declaration_id"]}
LINES = {
    "blank": ([GOOD, "", OTHER], {2: ["blank_line"]}),
    "blank at the end": ([GOOD, OTHER, ""], {3: ["blank_line"]}),
    "separators only": ([GOOD, "," * 14, OTHER], {2: EMPTY}),
    "field too many": ([GOOD, OTHER + ",x"], {2: ["wrong_field_count"]}),
    "field too few": ([GOOD, OTHER.rpartition(",")[0]], {2: ["wrong_field_count"]}),
    "too many makes up for too few": (
        [GOOD + ",x", OTHER.rpartition(",")[0]],
        {1: ["wrong_field_count"], 2: ["wrong_field_count"]},
    ),
    "comment": (["# a comment", GOOD], {1: ["wrong_field_count"]}),
    "stray quote": ([GOOD.replace("HA001", 'HA"001'), OTHER], {1: ["unbalanced_quote"]}),
    "two stray quotes far apart": (
        [GOOD.replace("HA001", '"HA001'), OTHER, GOOD.replace("D1", "D3"), GOOD.replace("HA001", '"HA001')],
        {1: ["unbalanced_quote"], 4: ["unbalanced_quote"]},
    ),
    "quotes amid a field": ([GOOD.replace("HA001", 'H"A0"01'), OTHER], {1: ["unbalanced_quote"]}),
    "quoted separator": ([GOOD.replace("HA001", '"HA,001"'), OTHER], {1: ["invalid_performance_code"]}),
    "million characters": ([GOOD.replace("HA001", "H" * 1_000_000), OTHER], {1: ["line_too_long"]}),
    "long field": ([GOOD.replace("HA001", "H" * 100_000), OTHER], {1: ["invalid_performance_code"]}),
    "very many separators": (["," * 1_000_000, OTHER], {1: ["line_too_long"]}),
    "start that looks packed": ([ODD_START, OTHER], ODD_RULES),
    "start that looks packed, and a quote": ([ODD_START, OTHER.replace("HA001", '"HA001"')], ODD_RULES),
    "newline in quotes": (
        [GOOD.replace("HA001", '"HA\n001"'), OTHER],
        {1: ["unbalanced_quote"], 2: ["unbalanced_quote"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", LINES)
def test_a_bad_line_spoils_itself_only(home: Home, fault: str) -> None:
    texts, rules = LINES[fault]
    data = lines("declarations", *texts)
    home.deliver("declarations", data)
    home.ingest()
    assert home.rules("declarations") == rules
    accepted = home.accepted("declarations")
    assert set(accepted["row"] if accepted.height else []) == set(range(1, data.count(b"\n"))) - set(rules)


def test_text_keeps_its_quotes_separators_and_spaces(home: Home) -> None:
    name = ' =1+1, "x"; é '
    home.deliver("providers", csv_bytes([row("providers", name=name), row("providers", agb="53000002", name="x")]))
    home.ingest()
    assert home.accepted("providers")["name"].to_list() == [name, "x"]


def test_header_only_is_a_delivery_of_no_rows(home: Home) -> None:
    home.deliver("declarations", (HEADER + "\n").encode())
    home.ingest()
    version = home.version()
    assert (version["status"], version["rows"], version["store_file"]) == ("accepted", 0, None)


def test_a_missing_optional_column_is_null(home: Home) -> None:
    home.deliver("declarations", csv_bytes([without("declarations", "episode_id", "birth_year")]))
    home.ingest()
    assert home.accepted("declarations").select("episode_id", "birth_year").row(0) == (None, None)


def test_leading_zeros_stay(home: Home) -> None:
    home.deliver("declarations", SOUND)
    home.ingest()
    assert home.accepted("declarations")["insurer_uzovi"].to_list() == ["0101"]


def test_amounts_beyond_counting_reject_the_file(home: Home) -> None:
    amount = "9" * 18
    rows = [row("payments", payment_id=f"P{number}", amount_cents=amount) for number in range(10)]
    home.deliver("payments", csv_bytes(rows))
    home.deliver("payments", csv_bytes([row("payments")]), "b.csv")
    home.ingest()
    assert home.versions()["status"].to_list() == ["rejected", "accepted"]


def test_cents_are_counted_wherever_they_can_be_read(home: Home) -> None:
    rows = [
        row("payments", amount_cents="100"),
        row("payments", payment_id="P2", amount_cents="-7"),
        row("payments", payment_id="P3", amount_cents="1.5"),
        row("payments", amount_cents="30"),
    ]
    home.deliver("payments", csv_bytes(rows))
    home.ingest()
    version = home.version()
    assert (version["amount_cents"], version["accepted_amount_cents"]) == (123, 100)


IGNORED = {
    "a.csv.part": "not complete",
    "a.csv.tmp": "not complete",
    ".a.csv": "hidden",
    "a.txt": "does not end",
    "a.CSV": "does not end",
    "a.csv'); create table x;--.csv": "characters",
    "a[1].csv": "characters",
    "a b.csv": "characters",
    "a\n.csv": "characters",
    "x" * 125 + ".csv": "characters",
}


@pytest.mark.parametrize("name", IGNORED)
def test_other_names_are_not_read(home: Home, name: str) -> None:
    path = home.deliver("declarations", SOUND, "b.csv")
    path.rename(path.with_name(name))
    report = home.ingest()
    assert home.versions().is_empty()
    assert len(report.ignored) == 1 and IGNORED[name] in report.ignored[0].reason


def test_links_pipes_and_folders_are_not_read(home: Home, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_bytes(SOUND)
    day = home.deliver("declarations", SOUND, "sound.csv").parent
    (day / "link.csv").symlink_to(secret)
    os.link(secret, day / "hard.csv")
    os.mkfifo(day / "pipe.csv")
    (day / "folder.csv").mkdir()
    (home.landing / "payments").symlink_to(day.parent)
    (home.landing / "nofeed" / "2026-01-31").mkdir(parents=True)
    (home.landing / "declarations" / "2026-02-30").mkdir()
    (home.landing / "stray.csv").write_bytes(SOUND)
    report = home.ingest()
    assert home.versions()["file"].to_list() == ["sound.csv"]
    assert len(report.ignored) == 8


def test_folders_named_like_columns_change_nothing(home: Home) -> None:
    home.landing = home.landing / "insurer_uzovi=9999"
    home.deliver("declarations", SOUND)
    home.home = home.home / "insurer_uzovi=8888"
    home.ingest()
    assert home.accepted("declarations")["insurer_uzovi"].to_list() == ["0101"]


def test_many_small_files_share_a_store_file(home: Home) -> None:
    for number in range(300):
        home.deliver("declarations", csv_bytes([row("declarations", declaration_id=f"D{number}")]), f"f{number}.csv")
    report = home.ingest()
    assert home.accepted("declarations").height == 300
    assert len(report.store_files) == 1


def test_every_feed_is_read(home: Home) -> None:
    for feed in ROWS:
        home.deliver(feed, csv_bytes([row(feed)]))
    home.ingest()
    for feed in FEEDS.values():
        accepted = home.accepted(feed.name)
        assert accepted.schema == {"version_id": accepted.schema["version_id"], "row": accepted.schema["row"]} | {
            column.name: column.dtype for column in feed.columns
        }
