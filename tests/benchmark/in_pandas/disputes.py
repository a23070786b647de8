"""What is disputed of each line: the largest amount that a rule finds and no exception allows."""

from __future__ import annotations

import pandas as pd

from tests.benchmark.in_pandas.columns import alike
from tests.benchmark.in_pandas.double_funding import find_double_funding
from tests.benchmark.in_pandas.patients import is_bsn, stated_keys
from tests.benchmark.in_pandas.reading import Deliveries
from tests.benchmark.in_pandas.registers import with_days


def disputed_cents(
    live: pd.DataFrame, deliveries: Deliveries, providers: pd.DataFrame, patients: pd.Index
) -> pd.Series:
    """By line; `live` has its `line`, `patients` the pseudonyms that it numbers."""
    transferred = _transferred(deliveries, providers)
    for name in ("region_code", "function"):
        transferred[name] = alike(transferred[name], live[name])
    found = find_double_funding(live, _indications(deliveries, patients), transferred.dropna())
    found = found[found["amount_cents"] > 0].merge(live[["line", "provider_agb", "service_on", "patient"]], on="line")
    exceptions = _exceptions(deliveries, patients)
    allowed = pd.concat(
        [
            _allowed(found, exceptions, "provider_agb", "counter_agb"),
            _allowed(found, exceptions[exceptions["counter_provider_agb"].notna()], "counter_agb", "provider_agb"),
        ]
    )
    return found[~found.index.isin(allowed)].groupby("line")["amount_cents"].max()


def _indications(deliveries: Deliveries, patients: pd.Index) -> pd.DataFrame:
    stated = with_days(deliveries.register("legal_indications"))
    numbers = pd.to_numeric(stated["patient_key"], errors="coerce")
    stated = stated[(stated["patient_key"].str.len() == 64) | is_bsn(numbers)]
    stated["patient_key"] = stated_keys(stated["patient_key"], deliveries.key)
    latest = stated.drop_duplicates(["patient_key", "framework", "valid_from"], keep="last")
    return latest.assign(
        patient=patients.get_indexer(latest["patient_key"]),
        with_treatment=latest["with_treatment"] == "true",
        valid_until=latest["valid_to"],
    ).loc[lambda rows: rows["patient"] >= 0, ["patient", "framework", "with_treatment", "valid_from", "valid_until"]]


def _transferred(deliveries: Deliveries, providers: pd.DataFrame) -> pd.DataFrame:
    """From the day after its allocation a function is the coordinator's alone."""
    stated = with_days(deliveries.register("function_allocations"))
    centres = providers.loc[providers["sector"] == "zco", ["provider_agb", "valid_from", "valid_until"]]
    held = stated.merge(centres, on="provider_agb", suffixes=("", "_p"))
    after = held["valid_from"] + pd.Timedelta(days=1)
    held["first_on"] = after.where(after > held["valid_from_p"], held["valid_from_p"])
    held["last_on"] = held["valid_to"].where(held["valid_to"] < held["valid_until"], held["valid_until"])
    period = ["region_code", "function", "first_on", "last_on"]
    return held.groupby(period, as_index=False)["provider_agb"].min().rename(columns={"provider_agb": "counter_agb"})


def _exceptions(deliveries: Deliveries, patients: pd.Index) -> pd.DataFrame:
    stated = with_days(deliveries.register("exceptions"))
    stated = stated[stated["valid_to"] >= stated["valid_from"]].drop_duplicates("exception_id", keep="last")
    is_for_all, named = stated["patient_key"].isna(), stated["patient_key"].dropna()
    stated["for_patient"] = pd.Series(
        patients.get_indexer(stated_keys(named, deliveries.key)), index=named.index
    ).reindex(stated.index)
    stated = stated[is_for_all | (stated["for_patient"] >= 0)]
    return stated[["rule", "provider_agb", "counter_provider_agb", "for_patient", "valid_from", "valid_to"]]


def _allowed(found: pd.DataFrame, exceptions: pd.DataFrame, party: str, other: str) -> pd.Series:
    """The places in `found` that an exception for this party allows, with whom it names or without naming anyone."""
    asked = found.reset_index(names="place").astype({"provider_agb": "str"})
    exceptions = exceptions.rename(columns={"provider_agb": party, "counter_provider_agb": "named"})
    both = asked.dropna(subset=party).merge(exceptions, on=["rule", party])
    is_allowed = both["service_on"].between(both["valid_from"], both["valid_to"])
    is_allowed &= both["for_patient"].isna() | (both["for_patient"] == both["patient"])
    is_allowed &= both["named"].isna() | (both["named"] == both[other])
    return both.loc[is_allowed, "place"]
