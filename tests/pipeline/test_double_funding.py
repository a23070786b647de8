"""One night in which every rule that needs a further feed finds its case, from the delivered row to the release."""

from __future__ import annotations

import pytest

from tests.oracle import tiny
from tests.oracle.tiny import HAP, INSURERS, NOORD, RAV, ZCO, bsn, budget, declaration, payment, provider, tariff

from .homes import KEY, Home

NURSE, GP, HOSPITAL = "42000001", "01000001", "06000001"
PERIOD = {"valid_from": "2025-01-01", "valid_to": None}


def care(declaration_id: str, agb: str, code: str, patient: int, **changes: object) -> dict:
    """A declaration of 40.00 on 3 March 2025."""
    return declaration(declaration_id, provider_agb=agb, performance_code=code, patient_key=bsn(patient), **changes)


def at(clock: str, day: str = "2025-03-03") -> str:
    return f"{day}T{clock}:00+01:00"


def declarations() -> list[dict]:
    return [
        care("r05", HAP, "H100", 1),
        care("r05_accepted", HAP, "H100", 2),
        care("r06", NURSE, "N100", 3),
        care("r06_paid_by_wlz", NURSE, "N100", 4, legal_framework="Wlz"),
        care("r07", GP, "G100", 3, service_start=at("15:00")),
        care("r08_first", GP, "G200", 5, legal_framework="Wmo"),
        care("r08", GP, "G200", 5, service_start=at("12:00")),
        care("r08_inside_first", GP, "G200", 5, legal_framework="Wmo", service_start=at("12:00", "2025-02-11")),
        care("r09", RAV, "AM004", 6),
        care("r10_first", HAP, "HA003", 7, episode_id="e7"),
        care("r10", HAP, "HA001", 7, episode_id="e7", service_start=at("11:00")),
        care("r17", HAP, "H500", 8),
        care("r18_first", HAP, "H500", 9, service_start=at("10:00", "2025-03-04"), insurer_uzovi=INSURERS[1]),
        care("r18", HOSPITAL, "S100", 9, service_start=at("12:00", "2025-03-04")),
    ]


def feeds() -> dict[str, list[dict]]:
    reference = tiny.reference()
    others = [provider(NURSE, "district_nursing", NOORD), provider(GP, "gp", NOORD), provider(HOSPITAL, "seh", NOORD)]
    prices = {"H100": ("hap", "triage"), "AM004": ("rav", "care"), "N100": ("district_nursing", "care"),
              "G100": ("gp", "care"), "G200": ("gp", "care"), "S100": ("seh", "care"), "HA001": ("hap", "care"),
              "HA003": ("hap", "care")}  # fmt: skip
    own = [tariff(code, *of, "maximum", 4000, max_per_day=9) for code, of in prices.items() if code != "H100"]
    line = {"function": "urgency", "component": "macro"}
    indication = {"framework": "Wlz", "with_treatment": True, **PERIOD}
    return {
        "providers": reference["providers"] + others,
        "tariffs": reference["tariffs"] + own,
        "declarations": declarations(),
        "budgets": [
            budget(ZCO, "10", 10_000, **line),
            budget(HAP, "2", 100_000, **line, parameter="beds"),
            budget(HAP, "3", 100, component="substitution", percentage="120", amount_cents=360),
            budget(HAP, "1", 5_000, component="capacity", parameter="LPZ insight"),
            budget(HAP, "1", 6_000, component="lump_sum", parameter="fixed", function="triage"),
        ],
        "service_areas": [{"provider_agb": HAP, "year": 2025, "region_code": NOORD, "area": "west"}],
        "population": [{"year": 2025, "region_code": NOORD, "area": "west", "inhabitants": 95}],
        "payments": [payment("p1", 700), payment("p2", 700, kind="advance")],
        "legal_indications": [
            {"patient_key": bsn(3), **indication},
            {"patient_key": bsn(4), **indication},
            {"patient_key": bsn(5), **indication, "framework": "Wmo", "with_treatment": False},
        ],
        "function_allocations": [
            {"region_code": NOORD, "function": "triage", "provider_agb": ZCO, "funding_source": "zco_budget",
             "hours": "all", **PERIOD},
            {"region_code": NOORD, "function": "urgency", "provider_agb": GP, "funding_source": "bdss",
             "amount_cents": 900, **PERIOD},
        ],
        "transition_arrangements": [
            {"arrangement_id": "T1", "from_framework": "Zvw", "to_framework": "Wmo", "performance_codes": "G200",
             "anchor": "indication", "days": 42, **PERIOD, "source": "agreed"}
        ],
        "contracts": [{"contract_id": "K1", "provider_agb": HAP, "form": "capitation",
                       "scope": "codes:H500|H501", "insurer_uzovi": INSURERS[0], **PERIOD,
                       "parameters": '{"amount_cents_per_year": 1000, "parties": "one"}'}],
        "network_costs": [{"invoice_id": "I1", "network_agb": ZCO, "member_agb": NURSE, "period_start": "2025-03-01",
                           "period_end": "2025-03-31", "staff_hours": "8", "wage_cost_cents": 5_000,
                           "client_bound": True, "client_activities": 3}],
        "contacts": [{"contact_id": "k7", "provider_agb": HAP, "caller": "patient", "line": "regular",
                      "offered_at": at("09:00"), "episode_id": "e7"}],
        "exceptions": [{"exception_id": "X1", "rule": "R05", "provider_agb": HAP, "counter_provider_agb": ZCO,
                        "patient_key": bsn(2), **PERIOD, "approved_by": "NZa", "reason": "agreed"}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("funding")
    home = Home.at(folder / "home", tiny.write_tiny(folder / "landing", **feeds()), KEY)
    home.night()
    return home


def test_every_rule_finds_its_case_and_no_other(home: Home) -> None:
    found = home.rows(
        "select rule, coalesce(declaration_id, budget_line), coalesce(counter_declaration_id, counter_line, ''),"
        " status, (amount_at_risk_eur * 100)::bigint, (disputed_eur * 100)::bigint"
        " from integrity.double_funding_finding order by all"
    )
    transferred = f"allocation/{NOORD}/triage/{ZCO}/2025-01-01"
    assert found == [
        ("R05", "r05", transferred, "open", 4000, 4000),
        ("R05", "r05_accepted", transferred, "accepted", 4000, 0),
        ("R06", "r06", "indication/Wlz/2025-01-01", "open", 4000, 4000),
        ("R07", "r07", "indication/Wlz/2025-01-01", "open", 4000, 4000),
        ("R08", "r08", "r08_first", "open", 4000, 4000),
        ("R09", "r09", "", "open", 4000, 4000),
        ("R10", "r10", "r10_first", "open", 4000, 0),
        ("R12", "2025/agreed/macro/beds", "2025/agreed/macro/fte", "open", 200_000, 0),
        ("R13", "2025/agreed", "", "open", 2_360, 0),
        ("R14", "2025/agreed/capacity/LPZ insight", "", "open", 5000, 0),
        ("R15", "2025/agreed/lump_sum/fixed", "", "open", 6000, 0),
        ("R15", "payment/p1", "payment/p2", "open", 700, 0),
        ("R16", "invoice/I1", "", "open", 5000, 0),
        ("R17", "r17", "contract/K1", "open", 4000, 0),
        ("R18", "r18", "r18_first", "open", 4000, 0),
        ("R19", f"allocation/{NOORD}/urgency/{GP}/2025-01-01", "2025/agreed/macro/fte", "open", 900, 0),
    ]


def test_what_is_disputed_is_out_of_revenue_and_what_is_accepted_is_not(home: Home) -> None:
    disputed = home.rows("select declaration_id from finance.declaration where disputed_eur > 0 order by all")
    assert [name for (name,) in disputed] == ["r05", "r06", "r07", "r08", "r09"]
    totals = home.rows("select sum(disputed_eur)::varchar from finance.budget_realisation")
    assert totals == [("200.00",)]


def test_a_provider_gets_its_own_findings_as_a_file(home: Home) -> None:
    files = {path.name for path in (home.release.path / "findings").iterdir()}
    assert files == {f"{agb}.csv" for agb in (HAP, RAV, NURSE, GP, HOSPITAL, ZCO)}
    lines = (home.release.path / "findings" / f"{HAP}.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + 8
    assert lines[1].split(";")[0] == '"R05"'
