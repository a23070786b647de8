"""An attack on what is withheld: all published cells and what they must add up to, as a linear programme.

The attacker knows every published figure, that no figure is negative, which KPIs count the same cases, that months
add up to quarters and years, regions to the country and units to `all`, and, as an insurer, its own rows. A withheld
figure is found out when only one value of it fits. Nothing here knows how the project chooses what to withhold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

Cell = tuple[str, str, str, str, date]  # kpi, region, unit, period type, first day
Figures = tuple[float | None, float | None, float | None]  # numerator, denominator, n; None where withheld
Key = tuple[Cell, str]  # a quantity of a cell: n, numerator or rest (the denominator without the numerator)

# n of the left KPI is n of the right ones together.
SAME_CASES = {
    "answer_regular_10min": ("answer_regular_2min",),
    "abandoned": ("answer_regular_2min", "answer_emergency_30s"),
    "multidisciplinary_triage": ("self_care",),
    "time_to_placement_p50": ("calls_per_placement",),
    "time_to_placement_p90": ("calls_per_placement",),
    "first_time_right": ("calls_per_placement",),
}


@dataclass
class Attack:
    """Published cells, the kind of each KPI, and what the attacker counts in rows of its own."""

    rows: Mapping[Cell, Figures]
    kinds: Mapping[str, str]
    own: Mapping[Key, float] = field(default_factory=dict)
    partial: frozenset[str] = frozenset()
    """KPIs of which a whole can have more than its parts: what was measured over a longer period."""
    sums: Callable[[Cell, list[Cell]], bool | None] | None = None
    """Whether the attacker knows that a whole is the sum of these parts (True), at least that (False), or neither."""

    def __post_init__(self) -> None:
        self.known: dict[Key, float] = {}
        self.unknown: dict[Key, int] = {}
        for cell, (numerator, denominator, n) in self.rows.items():
            share = self.kinds[cell[0]] == "share"
            for quantity in self._quantities(cell[0]):
                if numerator is None:
                    self.unknown[cell, quantity] = len(self.unknown)
                else:
                    rest = denominator - numerator if share else 0
                    self.known[cell, quantity] = {"n": n, "numerator": numerator, "rest": rest}[quantity]
        self.equal: list[tuple[dict[int, float], float]] = []
        self.at_most: list[tuple[dict[int, float], float]] = []
        self._add_up()

    def _quantities(self, kpi: str) -> tuple[str, ...]:
        return {"share": ("numerator", "rest"), "percentile": ("n",)}.get(self.kinds[kpi], ("n", "numerator"))

    def _add_up(self) -> None:
        regions, parts, units = defaultdict(list), defaultdict(list), defaultdict(list)
        for cell in self.rows:
            kpi, region, unit, kind, start = cell
            if region != "NL":
                regions[kpi, "NL", unit, kind, start].append(cell)
            if unit != "all" and (kpi, region, "all", kind, start) in self.rows:
                units[kpi, region, "all", kind, start].append(cell)
            if kind == "month":
                parts[kpi, region, unit, "quarter", start.replace(month=(start.month - 1) // 3 * 3 + 1)].append(cell)
            if kind == "quarter":
                parts[kpi, region, unit, "year", start.replace(month=1)].append(cell)
        for whole, cells in [*regions.items(), *parts.items(), *units.items()]:
            exact = self.sums(whole, cells) if self.sums and whole in self.rows else whole[0] not in self.partial
            for quantity in self._quantities(whole[0]):
                if whole in self.rows and exact is not None:
                    terms = [((whole, quantity), 1.0), *(((cell, quantity), -1.0) for cell in cells)]
                    self._relate(terms, exact=exact)
        for cell in self.rows:
            same = [(other, *cell[1:]) for other in SAME_CASES.get(cell[0], ())]
            if same:
                terms = [*self._cases(cell, 1.0), *(t for other in same for t in self._cases(other, -1.0))]
                self._relate(terms, exact=True)

    def _cases(self, cell: Cell, sign: float) -> list[tuple[Key, float]]:
        if cell not in self.rows:
            return []
        quantities = ("numerator", "rest") if self.kinds[cell[0]] == "share" else ("n",)
        return [((cell, quantity), sign) for quantity in quantities]

    def _relate(self, terms: Iterable[tuple[Key, float]], *, exact: bool) -> None:
        """Sum of the terms is 0, or at least 0."""
        row: dict[int, float] = defaultdict(float)
        constant = 0.0
        for key, sign in terms:
            if key in self.unknown:
                row[self.unknown[key]] += sign
            else:
                constant += sign * self.known[key]
        if row and exact:
            self.equal.append((row, -constant))
        elif row:
            self.at_most.append(({i: -sign for i, sign in row.items()}, constant))

    def found_out(self, tolerance: float = 1e-4) -> set[Key]:
        """The withheld figures that only one value fits."""
        if not self.unknown:
            return set()
        # A bound far above every figure: what has none would make a solver give up on a random objective.
        most = 10 * max([1000.0, *self.known.values(), *self.own.values()])
        bounds = [(self.own.get(key, 0.0), most) for key in self.unknown]
        solver = {"bounds": bounds, "method": "highs", **self._matrices()}
        low, high = np.full(len(bounds), np.inf), np.full(len(bounds), -np.inf)
        chance = np.random.default_rng(1)
        left = np.arange(len(bounds))
        # Figures that differ between any two solutions are safe; the few that are left are asked for one by one.
        for attempt in range(8):
            objective = np.zeros(len(bounds))
            objective[left] = chance.normal(size=len(left)) if attempt else 1
            self._solve(objective, solver, low, high)
            left = np.flatnonzero(~(high - low > tolerance))
            if not len(left):
                return set()
        for i in left:
            self._solve(np.eye(1, len(bounds), i)[0], solver, low, high)
        return {key for key, i in self.unknown.items() if not high[i] - low[i] > tolerance}

    @staticmethod
    def _solve(objective: np.ndarray, solver: dict[str, object], low: np.ndarray, high: np.ndarray) -> None:
        """The least and the most of the objective; what the solutions are widens low and high."""
        for sign in (1, -1):
            result = linprog(sign * objective, **solver)
            assert result.status in (0, 3), f"the published figures contradict each other: {result.message}"
            if result.status == 0:
                np.minimum(low, result.x, out=low)
                np.maximum(high, result.x, out=high)
            else:
                high[objective != 0] = np.inf if np.count_nonzero(objective) == 1 else high[objective != 0]

    def _matrices(self) -> dict[str, object]:
        given = {}
        for name, relations in (("eq", self.equal), ("ub", self.at_most)):
            if relations:
                entries = [(r, i, sign) for r, (row, _) in enumerate(relations) for i, sign in row.items()]
                rows, columns, signs = zip(*entries, strict=True)
                shape = (len(relations), len(self.unknown))
                given[f"A_{name}"] = csr_array((signs, (rows, columns)), shape=shape)
                given[f"b_{name}"] = [constant for _, constant in relations]
        return given


def least_together(cells: Mapping[Cell, Figures]) -> int:
    """The fewest people that withheld cells have together where a total less what is shown gives that away."""
    lines: dict[tuple[Cell, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        kpi, region, unit, period, start = cell
        if region != "NL":
            lines[(kpi, "NL", unit, period, start), "regions"].append(cell)
        if period == "quarter":
            lines[(kpi, region, unit, "year", start.replace(month=1)), "parts"].append(cell)
        if period == "month":
            first = start.replace(month=(start.month - 1) // 3 * 3 + 1)
            lines[(kpi, region, unit, "quarter", first), "parts"].append(cell)
    together = []
    for (total, _), parts in lines.items():
        shown = [n for part in parts if (n := cells[part][2]) is not None]
        if total in cells and cells[total][2] is not None and len(shown) < len(parts):
            together.append(int(cells[total][2] - sum(shown)))
    return min([n for n in together if n], default=10**9)
