"""Capacity by the hour, and the stops: how long a unit was closed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.benchmark.in_pandas.columns import instants, local_days, of_distinct, whole
from tests.benchmark.in_pandas.reading import Deliveries, stacked
from tests.benchmark.in_pandas.registers import standing

COLUMNS = (
    "provider_agb", "location_code", "unit", "measured_at", "places_total", "places_occupied", "status",
    "crowding_index",
)  # fmt: skip
PLACE = ["provider_agb", "location_code", "unit"]
STATUSES = ["open", "pressure", "stop", "timeout"]
UNITS = [
    "seh", "ic", "clinic", "acute_pediatrics", "acute_obstetrics", "hap", "rav", "acute_ggz", "district_nursing",
    "elv", "nursing_home",
]  # fmt: skip
HOUR_US, DEFAULT_US, MINUTE_US = 3_600_000_000, 300_000_000, 60_000_000
NOT_A_NUMBER = -1


def build_capacity(deliveries: Deliveries, providers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `hourly` and `stop`."""
    snapshots, places = _latest(_right(_read(deliveries), providers))
    return _hourly(snapshots, places), _stops(snapshots, places)


def _read(deliveries: Deliveries) -> pd.DataFrame:
    texts = deliveries.texts("capacity_snapshots", COLUMNS)
    typed = deliveries.typed("capacity_snapshots", COLUMNS)
    texts = texts.assign(
        measured_at=instants(texts["measured_at"]),
        places_total=_places(texts["places_total"]),
        places_occupied=_places(texts["places_occupied"]),
        crowding_index=_indexes(texts["crowding_index"]),
    )
    typed = typed.astype({"places_total": float, "places_occupied": float, "crowding_index": float})
    return stacked(texts, typed).astype(dict.fromkeys([*PLACE, "status"], "category"))


def _places(column: pd.Series) -> pd.Series:
    return whole(column, "1,7").where(column.isna(), lambda places: places.fillna(NOT_A_NUMBER))


def _indexes(column: pd.Series) -> pd.Series:
    def read(texts: pd.Series) -> pd.Series:
        return texts.where(texts.str.fullmatch("[0-9]+([.][0-9]{1,4})?"), "-1").astype(float)

    return of_distinct(column, read)


def _right(snapshots: pd.DataFrame, providers: pd.DataFrame) -> pd.DataFrame:
    is_right = snapshots["measured_at"].notna() & ~(snapshots["crowding_index"] < 0)
    is_right &= snapshots["status"].isin(STATUSES) & snapshots["unit"].isin(UNITS)
    is_right &= of_distinct(snapshots["location_code"], lambda codes: codes.str.fullmatch("[A-Za-z0-9._-]{1,20}"))
    for name in ("places_total", "places_occupied"):
        is_right &= snapshots[name].fillna(0).between(0, 1_000_000)
    right = snapshots[is_right].assign(measured_on=lambda rows: local_days(rows["measured_at"]))
    return right[standing(right, ["provider_agb"], "measured_on", providers) >= 0]


def _latest(snapshots: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of each moment of a place what was delivered last, by place and moment; and the places by number."""
    groups = snapshots.groupby(PLACE)
    places = groups.size().index.to_frame(index=False)
    place, moment = groups.ngroup().to_numpy(), snapshots["measured_at"].astype("int64").to_numpy()
    order = np.lexsort((moment, place))
    is_last = np.append((np.diff(place[order]) > 0) | (np.diff(moment[order]) > 0), True)
    order = order[is_last]
    latest = pd.DataFrame(
        {
            "place": place[order],
            "moment": moment[order],
            "occupied": snapshots["places_occupied"].to_numpy()[order],
            "total": snapshots["places_total"].to_numpy()[order],
            "rank": snapshots["status"].cat.set_categories(STATUSES).cat.codes.to_numpy()[order],
        }
    )
    return latest, places


def _hourly(snapshots: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    place, hour = snapshots["place"], snapshots["moment"] // HOUR_US
    is_first = (place != place.shift()) | (hour != hour.shift())
    groups = snapshots.groupby(is_first.cumsum().to_numpy(), sort=False)
    average = groups[["occupied", "total"]].mean()
    return places.take(place[is_first]).assign(
        hour=_instants(hour[is_first].to_numpy() * HOUR_US),
        occupied_avg=average["occupied"].to_numpy(),
        total_avg=average["total"].to_numpy(),
        occupancy=(average["occupied"] / average["total"].where(average["total"] != 0)).to_numpy(),
        worst_status=pd.Categorical.from_codes(groups["rank"].max().to_numpy(), STATUSES),
        snapshots=groups.size().to_numpy(),
    )


def _stops(snapshots: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """A snapshot holds until the next one, but for no longer than twice what is usual between two of its place."""
    following = snapshots.groupby("place")["moment"].shift(-1)
    usual = (following - snapshots["moment"]).groupby(snapshots["place"]).median().fillna(DEFAULT_US)
    held = snapshots.loc[snapshots["rank"] >= STATUSES.index("stop"), ["place", "moment"]]
    longest = held["moment"] + (2 * held["place"].map(usual)).astype("int64")
    held["until"] = longest.where(~(following[held.index] < longest), following[held.index]).astype("int64")
    goes_on = (held["place"] == held["place"].shift()) & (held["moment"] == held["until"].shift())
    stops = held.groupby((~goes_on).cumsum()).agg({"place": "first", "moment": "min", "until": "max"})
    return places.take(stops["place"]).assign(
        started_at=_instants(stops["moment"].to_numpy()),
        ended_at=_instants(stops["until"].to_numpy()),
        minutes_e2=(((stops["until"] - stops["moment"]) * 100 + MINUTE_US // 2) // MINUTE_US).to_numpy(),
    )


def _instants(microseconds: np.ndarray) -> pd.DatetimeIndex:
    return pd.to_datetime(microseconds, unit="us", utc=True).as_unit("us")
