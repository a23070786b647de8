"""R05-R10, R17, R18 and exceptions on landings of a few rows: for each a case that is found and one beside it."""

from pathlib import Path

import pytest

from . import tiny
from .catalogue import expected_of, found_by
from .landings_reference import GP, HOSPITAL, NURSING, ROLE_CODES
from .tiny_records import NETWORK, allocation, arrangement, contact, contract, exception, indication
from .writing import Record

PATIENT = tiny.bsn(1)
RIDE, FREE_RIDE = ROLE_CODES["ride"][0], ROLE_CODES["ride_without_transport"][0]
TRIAGE, CONSULT = ROLE_CODES["triage_consult"][0], ROLE_CODES["consult"][0]


def _care(declaration_id: str, code: str, agb: str, day: str = "2025-03-03", **changes: object) -> Record:
    start = f"{day}T10:00:00+01:00"
    defaults = {"performance_code": code, "provider_agb": agb, "service_start": start, "amount_cents": 5000}
    return tiny.declaration(declaration_id, **({**defaults, "declared_on": "2026-01-20"} | changes))


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        ({}, True),
        ({"valid_from": "2025-03-02"}, True),
        ({"valid_from": "2025-03-03"}, False),
        ({"valid_to": "2025-03-02"}, False),
        ({"region_code": tiny.ZWOLLE}, False),
        ({"function": "urgency"}, False),
        ({"provider_agb": tiny.RAV}, False),
    ],
)
def test_a_function_that_was_transferred(tmp_path: Path, changes: Record, is_found: bool) -> None:
    own, held = tiny.declaration("d1"), allocation(**changes)
    zco = _care("z1", "Z100", tiny.ZCO, "2025-04-03", amount_cents=12_345)
    found = found_by(expected_of(tmp_path, own, zco, function_allocations=[held]), "R05")
    name = f"allocation/{held['region_code']}/triage/{held['provider_agb']}/{held['valid_from']}"
    assert found == ({"d1": (None, name, "40.00")} if is_found else {})


@pytest.mark.parametrize(
    ("changes", "law", "rules"),
    [
        ({}, "Zvw", {"R06", "R07"}),
        ({}, "Wmo", {"R06"}),
        ({}, "Wlz", set()),
        ({"with_treatment": False}, "Zvw", {"R06"}),
        ({"framework": "Wmo"}, "Zvw", set()),
        ({"valid_from": "2025-03-03", "valid_to": "2025-03-03"}, "Zvw", {"R06", "R07"}),
        ({"valid_to": "2025-03-02"}, "Zvw", set()),
        ({"patient_key": tiny.bsn(2)}, "Zvw", set()),
    ],
)
def test_care_under_an_indication(tmp_path: Path, changes: Record, law: str, rules: set[str]) -> None:
    paid = {"legal_framework": law}
    rows = [_care("n1", "N100", NURSING, **paid), _care("g1", "G100", GP, **paid), _care("s1", "S100", HOSPITAL)]
    expected = expected_of(tmp_path, *rows, legal_indications=[indication(PATIENT, **changes)])
    name = f"indication/Wlz/{changes.get('valid_from', '2025-01-01')}"
    found = {"R06": {"n1": (None, name, "50.00")}, "R07": {"g1": (None, name, "50.00")}}
    assert [found_by(expected, rule) for rule in found] == [found[rule] if rule in rules else {} for rule in found]


@pytest.mark.parametrize(
    ("agreed", "held", "is_found"),
    [
        ({}, {"valid_from": "2025-01-20"}, False),  # 42 days before
        ({}, {"valid_from": "2025-01-19"}, True),
        ({"days": 0}, {"valid_from": "2025-03-03"}, False),
        ({"days": 0}, {"valid_from": "2025-03-02"}, True),
        ({"anchor": "admission", "days": 0}, {}, False),
        ({"anchor": "admission", "days": 0}, {"admitted_on": "2025-03-03"}, False),
        ({"anchor": "admission", "days": 0}, {"admitted_on": "2025-03-02"}, True),
        ({"anchor": "death"}, {}, True),
        ({"anchor": "death"}, {"died_on": "2025-03-03"}, False),
        ({"anchor": "death"}, {"died_on": "2025-03-04"}, True),
        ({"performance_codes": None, "function": "care"}, {"valid_from": "2025-03-01"}, False),
        ({"performance_codes": "N1000"}, {"valid_from": "2025-03-01"}, True),
        ({"from_framework": "Wmo"}, {"valid_from": "2025-03-01"}, True),
        ({"to_framework": "Wmo"}, {"valid_from": "2025-03-01"}, True),
        ({"region_code": tiny.NOORD}, {"valid_from": "2025-03-01"}, False),
        ({"region_code": tiny.ZWOLLE}, {"valid_from": "2025-03-01"}, True),
        ({"insurer_uzovi": tiny.INSURERS[1]}, {"valid_from": "2025-03-01"}, True),
        ({"valid_to": "2025-03-02"}, {"valid_from": "2025-03-01"}, True),
    ],
)
def test_a_case_manager_in_a_transition(tmp_path: Path, agreed: Record, held: Record, is_found: bool) -> None:
    """Declared as district nursing."""
    beside = {
        "legal_indications": [indication(PATIENT, **held)],
        "transition_arrangements": [arrangement("a1", **{"performance_codes": "N100"} | agreed)],
    }
    found = found_by(expected_of(tmp_path, _care("n1", "N100", NURSING), **beside), "R06")
    assert bool(found) == is_found


@pytest.mark.parametrize(
    ("laws", "codes", "days", "is_found"),
    [
        (("Zvw", "Wlz"), ("G100", "G100"), ("2025-02-13", "2025-03-03"), True),
        (("Zvw", "Wlz"), ("G100", "G100"), ("2025-02-12", "2025-03-03"), False),  # the 42nd day, in transition
        (("Zvw", "Wlz"), ("N100", "N100"), ("2025-01-01", "2025-01-02"), True),  # of which nothing was agreed
        (("Wlz", "Zvw"), ("G100", "G100"), ("2025-02-13", "2025-06-30"), True),
        (("Wlz", "Zvw"), ("G100", "G100"), ("2025-02-13", "2025-07-01"), False),
        (("Zvw", "Wmo"), ("G100", "G100"), ("2025-02-13", "2025-03-03"), False),
        (("Wlz", "Wlz"), ("G100", "G100"), ("2025-02-13", "2025-03-03"), False),
        (("Zvw", "Wlz"), ("G100", "N100"), ("2025-02-13", "2025-03-03"), False),
        (("Zvw", "Wlz"), ("H100", "R100"), ("2025-02-13", "2025-03-03"), True),
    ],
)
def test_two_laws(
    tmp_path: Path, laws: tuple[str, str], codes: tuple[str, str], days: tuple[str, str], is_found: bool
) -> None:
    agbs = {"G100": GP, "N100": NURSING, "H100": tiny.HAP, "R100": tiny.RAV}
    rows = [
        _care(name, code, agbs[code], day, legal_framework=law)
        for name, code, day, law in zip(("d1", "d2"), codes, days, laws, strict=True)
    ]
    held = [indication(PATIENT, with_treatment=False, valid_to="2025-06-30")]
    beside = {"legal_indications": held, "transition_arrangements": [arrangement("a1")]}
    found = found_by(expected_of(tmp_path, *rows, **beside), "R08")
    assert found == ({"d2": ("d1", None, "50.00")} if is_found else {})


def test_a_ride_without_transport(tmp_path: Path) -> None:
    rows = [
        _care("r1", RIDE, tiny.RAV),
        _care("r2", FREE_RIDE, tiny.RAV, amount_cents=0),
        _care("r3", FREE_RIDE, tiny.RAV, "2025-03-04"),
        _care("r4", RIDE, tiny.RAV, "2025-03-05"),
        _care("r5", FREE_RIDE, tiny.RAV, "2025-03-05", amount_cents=0, patient_key=tiny.bsn(2)),
    ]
    found = found_by(expected_of(tmp_path, *rows), "R09")
    assert found == {"r1": ("r2", None, "50.00"), "r3": (None, None, "50.00")}


@pytest.mark.parametrize(
    ("episodes", "time", "contacts", "is_found"),
    [
        ((None, None), "2025-03-03T23:00:00+01:00", [], True),
        ((None, None), "2025-03-04T01:00:00+01:00", [], False),
        (("e1", None), "2025-03-03T23:00:00+01:00", [], True),
        (("e1", "e2"), "2025-03-03T23:00:00+01:00", [], False),
        (("e1", "e1"), "2025-03-04T01:00:00+01:00", [], True),
        (("e1", "e1"), "2025-03-03T23:00:00+01:00", ["09", "22"], False),
        (("e1", "e1"), "2025-03-03T23:00:00+01:00", ["08", "09"], True),
        (("e1", "e1"), "2025-03-03T23:00:00+01:00", ["22"], True),
    ],
)
def test_one_contact_with_the_post(
    tmp_path: Path, episodes: tuple[str | None, str | None], time: str, contacts: list[str], is_found: bool
) -> None:
    first = _care("d1", TRIAGE, tiny.HAP, episode_id=episodes[0])
    second = _care("d2", CONSULT, tiny.HAP, episode_id=episodes[1], service_start=time)
    calls = [contact(f"k{hour}", offered_at=f"2025-03-03T{hour}:00:00+01:00", answered_at=None) for hour in contacts]
    found = found_by(expected_of(tmp_path, first, second, contacts=calls), "R10")
    assert found == ({"d2": ("d1", None, "50.00")} if is_found else {})


BUNDLE = {
    "price_cents": 1, "episode": {"trigger_codes": ["H100"], "days": 1}, "settlement": "prospective",
}  # fmt: skip
PERFORMANCE = {
    "base": {"form": "bundle", "parameters": BUNDLE}, "measured": "collective",
    "indicators": [{"kpi_id": "lead_time", "floor": 9, "target": 5, "bonus_cents": 1}],
}  # fmt: skip
SAVINGS = {
    "base": {"form": "bundle", "parameters": BUNDLE}, "minimum_rate": "0.02", "share": "0.5", "sided": "upside",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        ({"scope": "codes:X100|H100|H200"}, True),
        ({"scope": "codes:H1000"}, False),
        ({"scope": "all"}, True),
        ({"scope": "population"}, True),
        ({"scope": "function:triage"}, True),
        ({"scope": "function:care"}, False),
        ({"scope": "all", "form": "population_budget", "parameters": {"amount_cents": 1, "areas": ["A"]}}, True),
        ({"scope": "all", "form": "bundle", "parameters": BUNDLE, "insurer_uzovi": tiny.INSURERS[0]}, True),
        ({"scope": "all", "form": "bundle", "parameters": BUNDLE | {"settlement": "retrospective"}}, False),
        ({"scope": "all", "insurer_uzovi": tiny.INSURERS[1]}, False),
        ({"scope": "all", "form": "fee_for_service", "parameters": {}}, False),
        ({"scope": "all", "form": "contract_sum", "parameters": {"sums": {"2025": 1}}}, False),
        ({"scope": "all", "form": "pay_for_performance", "parameters": PERFORMANCE}, True),
        ({"scope": "all", "form": "shared_savings", "parameters": SAVINGS}, False),
        ({"scope": "all", "valid_to": "2025-03-02"}, False),
        ({"scope": "all", "provider_agb": None, "network_agb": NETWORK}, False),
        (
            {
                "scope": "all",
                "provider_agb": None,
                "network_agb": NETWORK,
                "parameters": {"amount_cents_per_year": 1, "parties": "one", "members": [tiny.HAP]},
            },
            True,
        ),
    ],
)
def test_a_contract_that_covers_it_already(tmp_path: Path, changes: Record, is_found: bool) -> None:
    found = found_by(expected_of(tmp_path, tiny.declaration("d1"), contracts=[contract("K1", **changes)]), "R17")
    assert found == ({"d1": (None, "contract/K1", "40.00")} if is_found else {})


def test_hospital_and_post_on_one_day(tmp_path: Path) -> None:
    rows = [
        _care("d1", "S100", HOSPITAL),
        _care("d2", "S100", HOSPITAL, service_start="2025-03-03T10:30:00+01:00"),
        _care("d3", "H200", tiny.HAP, service_start="2025-03-03T11:00:00+01:00"),
        _care("d4", "S100", HOSPITAL, service_start="2025-03-03T12:00:00+01:00"),
        _care("d5", "H200", tiny.HAP, "2025-03-04"),
    ]
    assert found_by(expected_of(tmp_path, *rows), "R18") == {"d3": ("d1", None, "50.00")}


@pytest.mark.parametrize(
    ("changes", "is_accepted"),
    [
        ({}, True),
        ({"rule": "R02"}, False),
        ({"provider_agb": tiny.RAV}, False),
        ({"counter_provider_agb": tiny.HAP}, True),
        ({"counter_provider_agb": tiny.RAV}, False),
        ({"patient_key": PATIENT}, True),
        ({"patient_key": tiny.bsn(2)}, False),
        ({"valid_from": "2025-03-03", "valid_to": "2025-03-03"}, True),
        ({"valid_to": "2025-03-02"}, False),
        ({"valid_from": "2025-03-04"}, False),
    ],
)
def test_an_exception_gives_the_amount_back(tmp_path: Path, changes: Record, is_accepted: bool) -> None:
    second = tiny.declaration("d2", service_start="2025-03-03T11:00:00+01:00", amount_cents=4100)
    rows = [{**exception(number, "R01"), **changes} for number in ("X2", "X1")]
    expected = expected_of(tmp_path, tiny.declaration("d1"), second, exceptions=rows)
    row = expected["integrity.double_funding_finding"][("R01", tiny.HAP, "d2", None)]
    status = ("accepted", "X1", "0.00") if is_accepted else ("open", None, "41.00")
    assert (row["status"], row["exception_id"], str(row["disputed_eur"])) == status
    # What the tariff does not allow stays disputed by R11.
    declared = expected["finance.declaration"][(tiny.HAP, "d2")]
    assert str(declared["disputed_eur"]) == ("1.00" if is_accepted else "41.00")


TITLE = {"funding_source": "adz", "provider_agb": GP, "function": "triage", "amount_cents": 3_000}


@pytest.mark.parametrize(
    ("changes", "beside", "expected"),
    [
        ({}, {}, "30.00"),
        ({"amount_cents": None}, {}, "1040.00"),
        ({"function": "capacity_insight"}, {}, "30.00"),
        ({"function": "capacity_insight"}, {"budgets": []}, None),
        ({"region_code": tiny.ZWOLLE}, {}, None),
        ({"function": "care"}, {}, None),
        ({"funding_source": "current_funding"}, {}, None),
        ({}, {"budgets": []}, "30.00"),
        ({"valid_from": "2025-03-04", "valid_to": "2025-12-31"}, {"budgets": []}, None),
        ({"valid_to": "2025-03-03", "amount_cents": 5_000}, {"budgets": []}, "40.00"),
        ({"funding_source": "bdss", "valid_from": "2026-01-01"}, {"budgets": []}, "30.00"),
        ({"funding_source": "bdss", "valid_from": "2026-01-01", "valid_to": "2031-01-02"}, {"budgets": []}, "30.00"),
        ({"funding_source": "bdss", "valid_from": "2026-01-01", "valid_to": "2031-01-01"}, {"budgets": []}, None),
    ],
)
def test_a_title_beside_other_funding(
    tmp_path: Path, changes: Record, beside: dict[str, list[Record]], expected: str | None
) -> None:
    """The coordination organisation of Noord has a budget of 1,000 euros for all functions; a triage is 40 euros."""
    feeds = {"budgets": [tiny.budget(tiny.ZCO, "10", 10_000)]} | beside
    found = expected_of(
        tmp_path, tiny.declaration("d1"), function_allocations=[allocation(**(TITLE | changes))], **feeds
    )
    assert [str(row["amount_at_risk_eur"]) for row in _r19(found)] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("title", "changes", "is_found"),
    [
        ({"title": "bdss"}, {}, True),
        ({"title": "adz"}, {}, False),
        ({"title": "bdss"}, {"valid_to": "2030-01-01"}, False),
        ({"title": "bdss", "ends_on": "2030-01-01"}, {}, False),
        ({"title": "bdss", "ends_on": "2030-01-02"}, {"valid_to": "2031-01-01"}, True),
    ],
)
def test_a_contract_under_a_bdss_ends_in_time(tmp_path: Path, title: Record, changes: Record, is_found: bool) -> None:
    given = contract("K1", form="per_insured", parameters={"amount_cents": 1} | title, **changes)
    assert [row["budget_line"] for row in _r19(expected_of(tmp_path, contracts=[given]))] == ["contract/K1"] * is_found


def _r19(expected) -> list[Record]:
    found = expected["integrity.double_funding_finding"]
    return [dict(row, budget_line=key[3]) for key, row in found.items() if key[0] == "R19"]
