"""One guard over every text column: what it catches in any spelling, what it lets through, by the column of a file."""

from __future__ import annotations

import gzip
import io
import json
import random

import polars as pl
import pytest
from oracle import tiny
from oracle.bsn import _numbers, bsn_faults

from dagster_project.feeds import FEEDS
from dagster_project.ingest import check_file
from dagster_project.ingest.bsn_guard import LEVEL, Guard, chance_of
from dagster_project.ingest.bsn_numbers import numbers_in, passes
from dagster_project.ingest.serial_numbers import read_serial_numbers

from .made import BSN, KEY, Home, csv_bytes, row

PSEUDONYM = "ab" * 32
LOW = "012345672"
SPELLINGS = {
    "bare": "{}{}{}{}{}{}{}{}{}", "dotted": "{}{}{}{}.{}{}.{}{}{}", "dashed": "{}{}{}-{}{}{}-{}{}{}",
    "pairs": "{}{} {}{} {}{} {}{}{}", "digits": "{} {} {} {} {} {} {} {} {}", "spaced": "{}{}{} {}{}{} {}{}{}",
    "no_break": "{}{}{}\u00a0{}{}{}\u202f{}{}{}", "en_dash": "{}{}{}–{}{}{}–{}{}{}",
    "underscored": "{}{}{}{}_{}{}{}{}{}", "in_brackets": "({}{}{}{}{}{}{}{}{})",
    "slashed": "{}{}{}/{}{}{}/{}{}{}", "zero_width": "{}{}{}\u200b{}{}{}\u2060{}{}{}",
    "prefixed": "BSN{}{}{}{}{}{}{}{}{}", "in_words": "see {}{}{}{}{}{}{}{}{}, 2 calls on 2026-01-30",
}  # fmt: skip
FREE = [(feed.name, column.name) for feed in FEEDS.values() for column in feed.columns if column.is_free_text]
IDS = [(feed.name, column.name) for feed in FEEDS.values() for column in feed.columns if column.is_identifier]


def spelled(bsn: str, spelling: str) -> str:
    return SPELLINGS[spelling].format(*bsn)


def other_digits(bsn: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in bsn)


def _row(feed: str, **changes: str) -> dict[str, str]:
    anonymous = {"patient_key": PSEUDONYM} if "patient_key" in FEEDS[feed].names else {}
    credit = {"debit_credit": "C"} if "corrects_declaration_id" in changes else {}
    return row(feed, **anonymous, **credit, **changes)


def _rules(home: Home, feed: str, rows: list[dict[str, str]], name: str = "a.csv") -> dict[int, list[str]]:
    home.deliver(feed, csv_bytes(rows), name)
    home.ingest()
    return home.rules(feed)


@pytest.mark.parametrize(("feed", "column"), FREE)
@pytest.mark.parametrize("bsn", [tiny.bsn(4_711), LOW])
def test_free_text_with_a_bsn_in_any_spelling_is_quarantined(home: Home, feed: str, column: str, bsn: str) -> None:
    texts = [spelled(bsn, spelling) for spelling in SPELLINGS]
    texts += [other_digits(bsn, "０"), other_digits(bsn, "٠"), f"agreed for {bsn.lstrip('0')}."]
    texts = [json.dumps({"note": text}) for text in texts] if column == "parameters" else texts
    rules = _rules(home, feed, [_row(feed, **{column: text}) for text in texts])
    assert [f"bsn_in_{column}" in rules[number] for number in range(1, len(texts) + 1)] == [True] * len(texts)
    assert not any(bsn in text or bsn.lstrip("0") in text for text in home.quarantined(feed)["row_text"])


@pytest.mark.parametrize("text", [
    "call 06-12345672 or 0612345672", "+31 6 12345672", "AGB 12345672", "of 53000001", "€ 12.345.672,00", "12345678,90",
    "from 2026-01-30 to 30-01-2026", "20260130", "case 2026-00017", "550e8400-e29b-41d4-a716-446655440000",
    "12:34:56.789", "number 1234567", "1234567820", "HA001 HA002 190015", "x" * 4_000,
])  # fmt: skip
@pytest.mark.parametrize(("feed", "column"), [("exceptions", "reason"), ("tariffs", "description")])
def test_free_text_without_a_bsn_is_accepted(home: Home, feed: str, column: str, text: str) -> None:
    assert _rules(home, feed, [_row(feed, **{column: text})]) == {}


def test_the_agb_of_a_party_in_words_is_no_bsn(home: Home) -> None:
    agb = LOW[1:]
    rows = [_row("exceptions", counter_provider_agb=agb, reason=f"agreed with {agb}"), _row("exceptions", reason=agb)]
    assert _rules(home, "exceptions", rows) == {2: ["bsn_in_reason", "repeated_key"]}


def test_amounts_members_and_rates_in_parameters_are_no_bsns_and_other_numbers_are(home: Home) -> None:
    network = {"provider_agb": "", "network_agb": "98000001", "form": "cashier"}
    told = [
        {"parameters": '{"sums": {"2025": 123456782}}'},
        {"form": "fee_for_service", "parameters": '{"prices": {"HA001": 12345672}}'},
        {"form": "capitation", "parameters": '{"amount_cents_per_year": 12345672, "parties": "one"}'},
        network | {"parameters": '{"budgets": {"2025": 1}, "client_share": "0.12345672", "members": ["12345672"]}'},
        {"parameters": '{"sums": {"2025": 1}, "bsn": 123456782}'},
        {"parameters": '{"sums": {"2025": 1}, "123456782": 1}'},
        network | {"parameters": '{"budgets": {"2025": 1}, "client_share": "0.5", "members": ["123456782"]}'},
    ]
    rows = [_row("contracts", contract_id=f"K{number}", **changes) for number, changes in enumerate(told)]
    both = ["parameters_do_not_fit", "bsn_in_parameters"]
    assert _rules(home, "contracts", rows) == {5: both, 6: both, 7: both}
    shown = home.quarantined("contracts")["row_text"].to_list()
    assert not any("123456782" in text for text in shown) and "contract K4: bsn is unknown" in shown[0]


def test_codes_of_a_scope_are_judged_together(home: Home) -> None:
    """Codes of hospital care have nine digits: by chance one in eleven passes, a column of BSNs passes whole."""
    codes = "|".join(str(number) for number in range(990_003_000, 990_003_030))
    assert _rules(home, "contracts", [_row("contracts", scope=f"codes:{codes}")]) == {}
    bsns = "|".join(tiny.bsn(number) for number in range(30))
    assert _rules(home, "contracts", [_row("contracts", scope=f"codes:{bsns}")]) == {1: ["bsn_in_scope"]}


@pytest.mark.parametrize(("feed", "column"), IDS)
def test_an_identifier_of_its_own_form_that_passes_is_quarantined(home: Home, feed: str, column: str) -> None:
    """One row with a BSN in one column of identifiers, beside rows whose identifiers are none."""
    others = [_row(feed, **{column: f"X{number}"}) for number in range(3)]
    rules = _rules(home, feed, [_row(feed, **{column: tiny.bsn(81)}), *others])
    assert f"bsn_in_{column}" in rules[1] and not any(f"bsn_in_{column}" in rules.get(n, []) for n in (2, 3, 4))


@pytest.mark.parametrize("spelling", ["bare", "dotted", "dashed", "underscored"])
def test_identifiers_that_are_bsns_are_quarantined_among_serial_numbers(home: Home, spelling: str) -> None:
    serial = [_row("network_costs", invoice_id=f"F{number:09d}") for number in range(200_000_000, 200_000_400)]
    bsns = [_row("network_costs", invoice_id=spelled(tiny.bsn(5_000_000 + n), spelling)) for n in range(7)]
    rules = _rules(home, "network_costs", [*serial, *bsns])
    expected = {400 + number: ["bsn_in_invoice_id"] for number in range(1, 8)}
    assert rules == expected


@pytest.mark.parametrize("form", ["{}", "D{}", "2026-{}", "A.{}-1"])
@pytest.mark.parametrize("first", [100_000_000, 202_600_001, 20_000_001, 1])
@pytest.mark.parametrize("count", [12, 500])
def test_serial_numbers_are_let_through(home: Home, form: str, first: int, count: int) -> None:
    ids = [form.format(number if first > 10**6 else f"{number:09d}") for number in range(first, first + count)]
    assert _rules(home, "payments", [_row("payments", payment_id=one) for one in ids]) == {}


def test_agb_codes_in_scope_are_let_through(home: Home) -> None:
    rows = [
        _row("market_shares", scope=agb, insurer_uzovi=uzovi)
        for agb in (LOW[1:], "53000001")
        for uzovi in ("0101", "0102")
    ]
    assert _rules(home, "market_shares", rows) == {}


def test_random_numbers_are_let_through_and_half_bsns_are_not(home: Home) -> None:
    chance = random.Random(5)
    numbers = [f"{chance.randrange(10**8, 10**9)}" for _ in range(2_000)]
    made = [*numbers, *(tiny.bsn(number) for number in range(1_500))]
    home.deliver("payments", csv_bytes([_row("payments", payment_id=one) for one in numbers]), "random.csv")
    home.deliver("payments", csv_bytes([_row("payments", payment_id=one) for one in made]), "mixed.csv")
    home.ingest()
    rules = home.quarantined("payments").filter(pl.col("rules").list.contains("bsn_in_payment_id"))
    assert rules["version_id"].n_unique() == 1 and rules.height == 1_500 + sum(
        passes(pl.Series(numbers).cast(int).to_numpy())
    )


def test_the_level_is_that_of_a_binomial() -> None:
    """Against exact fractions: 1 of 1 by chance is 1/11; the level lies between 16 and 17 of 50."""
    assert chance_of(1, 1) == pytest.approx(1 / 11)
    assert chance_of(3, 5) == pytest.approx(sum(c * 10 ** (5 - k) for k, c in ((3, 10), (4, 5), (5, 1))) / 11**5)
    assert chance_of(0, 10) == chance_of(100, 1_100) == 1.0
    assert chance_of(17, 50) < LEVEL < chance_of(12, 50)


@pytest.mark.parametrize("name", ["declaration_id", "episode_id", "performance_code"])
@pytest.mark.parametrize("own", ["{0}", "E{0}", "{0}-1", "x{0}7", "{1}.{2}.{3}", "{1}-{2}_{3}", "7{0}7"])
def test_the_own_bsn_never_passes(home: Home, name: str, own: str) -> None:
    """Not even among serial numbers that are listed, nor within a longer number."""
    value = own.format(BSN, BSN[:4], BSN[4:6], BSN[6:])
    many = [row("declarations", patient_key=PSEUDONYM, **{name: f"{number}"}) for number in range(10**8, 10**8 + 200)]
    rows = [row("declarations", **{name: value}), *many]
    home.deliver("declarations", csv_bytes(rows), "list.csv")
    home.ingest(serial=_listed(home, f"declarations,list*,{name},numbers of the system"))
    assert f"bsn_in_{name}" in home.rules("declarations")[1]
    assert not any(f"bsn_in_{name}" in rules for number, rules in home.rules("declarations").items() if number > 1)


def test_the_own_bsn_without_its_zero_or_in_a_number_never_passes(home: Home) -> None:
    low = {"patient_key": LOW}
    rows = [
        row("declarations", **low, declaration_id="D1", episode_id=f"E{LOW[1:]}"),
        row("declarations", **low, declaration_id="D2", provider_agb=LOW[1:]),
        row("declarations", **low, declaration_id="D3", amount_cents=LOW[1:]),
        row("declarations", **low, declaration_id="D4"),
    ]
    assert _rules(home, "declarations", rows) == {
        1: ["bsn_in_episode_id"],
        2: ["bsn_in_provider_agb"],
        3: ["bsn_in_amount_cents"],
    }
    assert not any(LOW[1:] in text for text in home.quarantined("declarations")["row_text"])


def _listed(home: Home, *listed: str):
    path = home.home / "serial.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["feed,file,column,reason", *listed, ""]), encoding="utf-8")
    return read_serial_numbers(path)


def test_a_large_file_is_decided_over_all_its_pieces(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece of its own would let its few through, or take them; the file as a whole does neither."""
    monkeypatch.setattr("dagster_project.ingest.unpack.BLOCK_BYTES", 2_000)
    serial = [f"{number}" for number in range(10**8, 10**8 + 600)]
    last = [tiny.bsn(number) for number in range(200)]
    home.deliver("payments", csv_bytes([_row("payments", payment_id=one) for one in serial]), "serial.csv")
    home.deliver("payments", csv_bytes([_row("payments", payment_id=one) for one in [*serial, *last]]), "late.csv")
    home.ingest()
    broken = home.quarantined("payments")
    passing = int(passes(pl.Series(serial).cast(pl.Int32).to_numpy()).sum())
    assert broken["version_id"].n_unique() == 1 and broken.height == passing + 200
    assert broken["row"].min() <= 12, "what passes in the first piece is taken too"


@pytest.mark.parametrize("kind", ["csv.gz", "parquet"])
def test_the_guard_reads_every_form_of_a_file(home: Home, kind: str) -> None:
    rows = [
        _row("budgets", parameter=f"line of {tiny.bsn(3)}"),
        *(_row("budgets", parameter=f"p{n}") for n in range(40)),
    ]
    data = gzip.compress(csv_bytes(rows))
    if kind == "parquet":
        table, file = pl.DataFrame(rows).with_columns(pl.col("parameter").cast(pl.Categorical)), io.BytesIO()
        table.write_parquet(file)
        data = file.getvalue()
    home.deliver("budgets", data, f"a.{kind}")
    home.ingest()
    assert home.rules("budgets") == {1: ["bsn_in_parameter"]}


def test_a_check_and_the_ingest_agree_on_a_column(home: Home) -> None:
    path = home.deliver("payments", csv_bytes([_row("payments", payment_id=tiny.bsn(n)) for n in range(5)]))
    report = check_file("payments", path, KEY)
    home.ingest()
    assert report.broken[0].count == home.quarantined("payments").height == 5
    serial = _listed(home, "payments,a.csv,payment_id,serial numbers")
    assert check_file("payments", path, KEY, serial=serial).broken == []


BITS = [
    "0", "1", "7", "12", "345", "2026", "01", "31", "6789", "53000001", ".", "-", " ", "_", "/", ",", ":", "  ",
    "a", "E", "agb", "\u00a0", "–", "０", "٣", "\u200b", "é", "€", "(", ")", "+31", "06", BSN, LOW, LOW[1:],
    "123.456.782", "11 12 22 333",
]  # fmt: skip


def test_the_numbers_of_any_text_are_those_of_the_oracle() -> None:
    chance = random.Random(11)
    texts = ["".join(chance.choices(BITS, k=chance.randint(1, 9))) for _ in range(20_000)]
    found = numbers_in(pl.Series(texts)).found.group_by("index").agg("number")
    mine = {index: set(numbers) for index, numbers in found.iter_rows()}
    theirs = {index: {number for number, _ in _numbers(text)} for index, text in enumerate(texts)}
    differing = [texts[index] for index, numbers in theirs.items() if mine.get(index, set()) != numbers]
    assert differing == [] and sum(map(bool, theirs.values())) > 4_000


@pytest.mark.parametrize("feed", ["declarations", "contacts", "exceptions", "market_shares", "contracts"])
def test_the_rows_that_are_flagged_are_those_of_the_oracle(feed: str) -> None:
    chance, contract = random.Random(feed), FEEDS[feed]
    for _ in range(60):
        rows = [_shaken(contract, chance) for _ in range(chance.choice([1, 2, 5, 30]))]
        data = pl.DataFrame(rows, schema=dict.fromkeys(contract.names, pl.String), orient="row")
        whole = data.with_columns(version_id=pl.lit(1, pl.Int64))
        flags = Guard(contract).flags(whole)
        in_pieces = Guard(contract, in_pieces=True)
        for start in range(0, len(rows), 7):
            in_pieces.learn(whole[start : start + 7])
        slices = [whole[start : start + 7] for start in range(0, len(rows), 7)]
        pieces = [in_pieces.flags(one) for one in slices]
        expected = bsn_faults(contract, [[value or None for value in one] for one in rows])
        assert [_named(flags, number) for number in range(len(rows))] == expected
        assert [_named(part, number) for part in pieces for number in range(7)][: len(rows)] == expected or len(
            rows
        ) % 7


def _named(flags: pl.DataFrame, number: int) -> set[str]:
    return {name for name in flags.columns if number < flags.height and flags[name][number]}


def _shaken(contract, chance: random.Random) -> list[str | None]:
    made = []
    for column in contract.columns:
        if column.patient:
            made.append(chance.choice([BSN, LOW, PSEUDONYM, None]) if column.name == "patient_key" else "1970")
        else:
            made.append(
                "".join(chance.choices([*BITS, "D", "X1", tiny.bsn(chance.randrange(99))], k=chance.randint(0, 3)))
                or None
            )
    return made
