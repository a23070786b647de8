"""Rules of double funding: what each disputes of a live line, and the provider on the other side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.benchmark.in_pandas.columns import half_even

ORDER = ["service_start", "declared_on", "provider_agb", "declaration_id"]
DAY, EPISODE = pd.Timedelta(days=1), "episode_id"
SAME_DAY = ["patient", "performance_code", "service_on"]
SAME_LAW = ["patient", "framework", "valid_from", "function"]
WLZ_SECTORS = ["district_nursing", "elv"]
TREATMENT_SECTORS = ["gp", "pharmacy", "maternity", "acute_ggz"]


def find_double_funding(live: pd.DataFrame, indications: pd.DataFrame, transferred: pd.DataFrame) -> pd.DataFrame:
    """`line`, `rule`, `counter_agb` and `amount_cents`; `live` has its `line`."""
    coordination = live[live["function"].notna() & (live["function"] != "care")]
    indicated = live[live["patient"].isin(indications["patient"])].merge(indications, on="patient")
    indicated = indicated[indicated["service_on"].between(indicated["valid_from"], indicated["valid_until"])]
    found = [
        _beyond_maximum(live),
        _in_two_sectors(coordination),
        _no_longer_theirs(coordination, transferred),
        _paid_by_the_wlz(indicated),
        _under_two_laws(indicated),
        _without_transport(live),
        _beyond_tariff(live),
    ]
    return pd.concat(found, ignore_index=True)


def _found(rows: pd.DataFrame, rule: str | np.ndarray, counter: str | None = None) -> pd.DataFrame:
    agbs = rows[counter] if counter else pd.Series(index=rows.index, dtype="str")
    return rows[["line", "amount_cents"]].assign(rule=rule, counter_agb=agbs.astype("str"))


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(ORDER).assign(rank=np.arange(len(rows)))


def _pairs(rows: pd.DataFrame, earlier: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Each row with the rows of its group before it, the first of them first."""
    pairs = rows.merge(earlier, on=by, suffixes=("", "_e"))
    return pairs[pairs["rank"] > pairs["rank_e"]].sort_values("rank_e")


def _beyond_maximum(live: pd.DataFrame) -> pd.DataFrame:
    """R01 and R02: the parties differ, what is disputed does not."""
    ranked = _ranked(live[live.duplicated(SAME_DAY, keep=False)])
    beyond = ranked[ranked.groupby(SAME_DAY).cumcount() + 1 > ranked["max_per_day"]]
    pairs = _pairs(beyond, ranked[[*SAME_DAY, "provider_agb", "rank"]], SAME_DAY)
    pairs["rule"] = np.where(pairs["provider_agb"] == pairs["provider_agb_e"], "R01", "R02")
    first = pairs.drop_duplicates(["line", "rule"])
    return _found(first, first["rule"], "provider_agb_e")


def _in_two_sectors(coordination: pd.DataFrame) -> pd.DataFrame:
    by, of_earlier = ["patient", "function"], ["sector", "provider_agb", "service_start", EPISODE, "rank"]
    sectors = coordination[[*by, "sector"]].drop_duplicates()
    groups = sectors.loc[sectors.duplicated(by), by].drop_duplicates()
    ranked = _ranked(coordination.merge(groups, on=by))
    pairs = _pairs(ranked, ranked[[*by, *of_earlier]], by)
    pairs = pairs[pairs["sector"] != pairs["sector_e"]]
    has_episodes = pairs[EPISODE].notna() & pairs["episode_id_e"].notna()
    is_near = (pairs["service_start"] - pairs["service_start_e"] <= DAY).where(
        ~has_episodes, pairs[EPISODE] == pairs["episode_id_e"]
    )
    return _found(pairs[is_near].drop_duplicates("line"), "R04", "provider_agb_e")


def _no_longer_theirs(coordination: pd.DataFrame, transferred: pd.DataFrame) -> pd.DataFrame:
    theirs = coordination[coordination["sector"] != "zco"].merge(transferred, on=["region_code", "function"])
    theirs = theirs[theirs["service_on"].between(theirs["first_on"], theirs["last_on"])]
    return _found(theirs.sort_values("counter_agb").drop_duplicates("line"), "R05", "counter_agb")


def _paid_by_the_wlz(indicated: pd.DataFrame) -> pd.DataFrame:
    in_wlz = indicated[indicated["framework"] == "Wlz"]
    is_wlz_sector, law = in_wlz["sector"].isin(WLZ_SECTORS), in_wlz["legal_framework"]
    is_treated = in_wlz["with_treatment"] & (law == "Zvw") & in_wlz["sector"].isin(TREATMENT_SECTORS)
    paid = in_wlz[(law != "Wlz").where(is_wlz_sector, is_treated)].drop_duplicates("line")
    return _found(paid, np.where(paid["sector"].isin(WLZ_SECTORS), "R06", "R07"))


def _under_two_laws(indicated: pd.DataFrame) -> pd.DataFrame:
    late = indicated[indicated["service_on"] > indicated["valid_from"] + 42 * DAY].dropna(subset="function")
    late = _ranked(late.assign(is_its_law=late["legal_framework"].astype("str") == late["framework"]))
    pairs = _pairs(late, late[[*SAME_LAW, "provider_agb", "performance_code", "is_its_law", "rank"]], SAME_LAW)
    is_same_care = (pairs["function"] != "care") | (pairs["performance_code"] == pairs["performance_code_e"])
    first = pairs[is_same_care & (pairs["is_its_law"] != pairs["is_its_law_e"])].drop_duplicates("line")
    return _found(first, "R08", "provider_agb_e")


def _without_transport(live: pd.DataFrame) -> pd.DataFrame:
    rides, by = live[live["sector"] == "rav"], ["provider_agb", "patient", "service_start"]
    without = rides[rides["performance_code"] == "AM004"]
    others = rides[rides["performance_code"].isin(["AM001", "AM002", "AM003"])]
    others = others.merge(without[by].drop_duplicates(), on=by)
    return pd.concat([_found(without, "R09"), _found(others, "R09", "provider_agb")])


def _beyond_tariff(live: pd.DataFrame) -> pd.DataFrame:
    priced = live[live["tariff_kind"].isin(["fixed", "maximum", "max_max"])]
    allowed = priced["tariff_cents"].astype("int64") * priced["quantity"]
    above, allowed = priced[priced["amount_cents"] > allowed], allowed[priced["amount_cents"] > allowed]
    allowed = allowed.where(above["tariff_kind"] != "max_max", half_even(allowed * 110, 100))
    return _found(above.assign(amount_cents=above["amount_cents"] - allowed), "R11")
