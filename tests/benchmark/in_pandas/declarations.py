"""Declarations: what has the right shape, with the reference of its service date, and what of it stands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.benchmark.in_pandas.columns import FOREVER, days, instants, local_days, whole
from tests.benchmark.in_pandas.patients import patient_numbers
from tests.benchmark.in_pandas.reading import Deliveries, stacked
from tests.benchmark.in_pandas.registers import TARIFF, Registers, at, standing

COLUMNS = (
    "declaration_id", "debit_credit", "corrects_declaration_id", "provider_agb", "insurer_uzovi", "patient_key",
    "birth_year", "performance_code", "service_start", "service_end", "episode_id", "quantity", "amount_cents",
    "legal_framework", "declared_on",
)  # fmt: skip
CATEGORIES = ["provider_agb", "insurer_uzovi", "performance_code", "debit_credit", "legal_framework"]
FRAMEWORKS = ["Zvw", "Wlz", "Wmo", "Jw", "Wpg"]
OPEN_END = FOREVER.tz_localize("UTC")
NAME = "[A-Za-z0-9._-]"
KEY = ["provider_agb", "declaration_id"]
SAME = ["provider_agb", "declaration_id", "insurer_uzovi", "patient", "performance_code", "quantity", "amount_cents"]


def read_declarations(deliveries: Deliveries) -> pd.DataFrame:
    """The lines with the right shape."""
    texts = deliveries.texts("declarations", COLUMNS)
    texts = texts.assign(
        quantity=whole(texts["quantity"], "1,7"),
        amount_cents=whole(texts["amount_cents"], "1,14"),
        birth_year=whole(texts["birth_year"].fillna("1900"), "4"),
        service_start=instants(texts["service_start"]),
        service_end=instants(texts["service_end"]).where(texts["service_end"].notna(), OPEN_END),
        declared_on=days(texts["declared_on"]),
    )
    typed = deliveries.typed("declarations", COLUMNS)
    typed = typed.assign(
        birth_year=typed["birth_year"].fillna(1900),
        service_end=typed["service_end"].fillna(OPEN_END),
        declared_on=pd.to_datetime(typed["declared_on"]),
    ).astype({"quantity": float, "amount_cents": float, "birth_year": float, "declared_on": "datetime64[us]"})
    lines = stacked(texts, typed).astype(dict.fromkeys(CATEGORIES, "category"))
    lines["service_on"] = local_days(lines["service_start"])
    right = lines[_has_right_shape(lines, deliveries.dates.take(lines["delivery_order"]))]
    right = right.drop(columns=["birth_year", "service_end"]).astype({"quantity": "int64", "amount_cents": "int64"})
    return right.reset_index(drop=True)


def _has_right_shape(lines: pd.DataFrame, delivered_on: pd.DatetimeIndex) -> np.ndarray:
    corrects, episode = lines["corrects_declaration_id"], lines["episode_id"]
    is_right = lines["declaration_id"].str.fullmatch(NAME + "{1,20}") & lines["debit_credit"].isin(["D", "C"])
    is_right &= (lines["debit_credit"] == "C") == corrects.notna()
    is_right &= corrects.isna() | corrects.str.fullmatch(NAME + "{1,20}")
    is_right &= episode.isna() | episode.str.fullmatch(NAME + "{1,40}")
    is_right &= lines["legal_framework"].isin(FRAMEWORKS)
    is_right &= lines["quantity"].between(1, 1_000_000) & (lines["amount_cents"] <= 10_000_000_000_000)
    is_right &= lines["birth_year"].between(1900, delivered_on.year)
    is_right &= lines["service_start"] <= lines["service_end"]
    is_right &= (lines["service_on"] <= lines["declared_on"]) & (lines["declared_on"] <= delivered_on)
    is_right &= lines["performance_code"].notna() & lines["patient_key"].notna()
    for name in ("declaration_id", "performance_code", "corrects_declaration_id", "episode_id"):
        is_right &= ~_holds_key(lines[name], lines["patient_key"])
    return is_right.to_numpy()


def _holds_key(texts: pd.Series, keys: pd.Series) -> np.ndarray:
    """pandas has no vectorised search for another text in each row."""
    is_long = (texts.str.len() >= keys.str.len()).to_numpy()
    holds = np.zeros(len(texts), dtype=bool)
    pairs = zip(keys[is_long].to_numpy(object), texts[is_long].to_numpy(object), strict=True)
    holds[is_long] = [key in text for key, text in pairs]
    return holds


def current_lines(lines: pd.DataFrame, registers: Registers, key: bytes) -> tuple[pd.DataFrame, pd.Index]:
    """The lines that stand, with their references and the number of their patient; and the pseudonyms by number."""
    numbers, keys = patient_numbers(lines["patient_key"], key)
    lines = lines.drop(columns="patient_key").assign(patient=numbers)[numbers >= 0]
    is_known, references = _references(lines, registers)
    is_left_out = ~is_known | _is_superseded(lines, is_known)
    return lines.assign(**references)[~is_left_out].reset_index(drop=True), keys


def _references(lines: pd.DataFrame, registers: Registers) -> tuple[pd.Series, dict[str, pd.Series]]:
    providers, tariffs = registers.providers, registers.tariffs
    place = standing(lines, ["provider_agb"], "service_on", providers)
    insured = standing(lines, ["insurer_uzovi"], "service_on", registers.insurers)
    sectors = providers["sector"].astype("category")
    lines = lines[["provider_agb", "performance_code", "service_on"]].assign(sector=at(sectors, place))
    own_tariffs, national_tariffs = tariffs[tariffs["provider_agb"].notna()], tariffs[tariffs["provider_agb"].isna()]
    own = standing(lines, ["performance_code", "provider_agb"], "service_on", own_tariffs)
    national = standing(lines, ["performance_code", "sector"], "service_on", national_tariffs)
    found = {
        "sector": lines["sector"],
        "region_code": pd.Series(at(providers["region_code"].astype("category"), place), index=lines.index),
    }
    for name in TARIFF:
        of_own = pd.Series(at(own_tariffs[name], own), index=lines.index)
        of_nation = pd.Series(at(national_tariffs[name], national), index=lines.index)
        is_own = own >= 0 if name in ("tariff_cents", "macro_category") else of_own.notna()
        found[name] = of_own.where(is_own, of_nation)
    is_known = lines["sector"].notna() & (insured >= 0) & ((own >= 0) | (national >= 0))
    return is_known, found


def _is_superseded(lines: pd.DataFrame, is_known: pd.Series) -> pd.Series:
    """Within a file the first row of a key stands; of what is known the latest file wins."""
    more = lines.loc[lines.duplicated(KEY, keep=False), [*KEY, "delivery_order"]]
    is_first = ~more.duplicated()
    order = more["delivery_order"].where(is_first & is_known[more.index])
    latest = order.groupby([more["provider_agb"], more["declaration_id"]]).transform("max")
    superseded = ~is_first | (more["delivery_order"] < latest)
    return superseded.reindex(lines.index, fill_value=False)


def find_credits(current: pd.DataFrame) -> pd.DataFrame:
    """For each debit the first credit that takes it back whole: `line` and `debit_line`."""
    credited = current[current["debit_credit"] == "C"].reset_index(names="line")
    credited["declaration_id"], credited["own_id"] = credited["corrects_declaration_id"], credited["declaration_id"]
    is_corrected = (current["debit_credit"] == "D") & current["declaration_id"].isin(credited["declaration_id"])
    debits = current.loc[is_corrected, SAME].reset_index(names="debit_line")
    fitting = credited[["line", "own_id", "declared_on", *SAME]].merge(debits, on=SAME)
    return fitting.sort_values(["declared_on", "own_id"]).drop_duplicates("debit_line")[["line", "debit_line"]]
