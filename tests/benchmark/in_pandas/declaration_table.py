"""The table of declarations: a counted credit stands where its debit stands."""

from __future__ import annotations

import pandas as pd

from tests.benchmark.in_pandas.columns import month_of
from tests.benchmark.in_pandas.declarations import current_lines, find_credits, read_declarations
from tests.benchmark.in_pandas.disputes import disputed_cents
from tests.benchmark.in_pandas.reading import Deliveries
from tests.benchmark.in_pandas.registers import Registers

OF_DEBIT = ("sector", "region_code", "function", "covers_budget", "macro_category", "service_on")
WITHOUT_OWN = ("macro_category", "service_on")
COLUMNS = [
    "provider_agb", "declaration_id", "debit_credit", "corrects_declaration_id", "insurer_uzovi", "patient_key",
    "sector", "region_code", "performance_code", "function", "service_start", "service_month", "declared_on",
    "quantity", "amount_cents", "counted", "disputed_cents", "covers_budget", "macro_category", "legal_framework",
    "episode_id", "delivery_file",
]  # fmt: skip


def build_declaration(deliveries: Deliveries, registers: Registers) -> pd.DataFrame:
    current, patients = current_lines(read_declarations(deliveries), registers, deliveries.key)
    credits = find_credits(current)
    is_debit = current["debit_credit"] == "D"
    live = current[is_debit & ~current.index.isin(credits["debit_line"])].reset_index(names="line")
    disputed = disputed_cents(live, deliveries, registers.providers, patients)
    del live
    for name in OF_DEBIT:
        taken = current.loc[credits["debit_line"], name].set_axis(credits["line"])
        lines = taken.index if name in WITHOUT_OWN else taken.dropna().index
        current.loc[lines, name] = taken[lines]
    table = current.assign(
        patient_key=pd.Categorical.from_codes(current["patient"], patients),
        service_month=month_of(current["service_on"]),
        amount_cents=current["amount_cents"].where(is_debit, -current["amount_cents"]),
        counted=is_debit | current.index.isin(credits["line"]),
        disputed_cents=disputed.reindex(current.index, fill_value=0),
        delivery_file=pd.Categorical.from_codes(current["delivery_order"], deliveries.names),
    )
    return table[COLUMNS]
