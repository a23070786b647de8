"""An attack on what insurers do not see of each other: exact linear algebra over all that one of them is shown.

The attacker knows its own rows, every shown figure, how figures add up, and even which other insurers have something in
which month of which provider, though not how much. It finds a figure of another insurer out when some combination of
what it sees leaves nothing but that. Nothing here knows how the project chooses what to withhold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

SIGNS = {"declared": 1, "disputed": -1, "lump_sum": 1}
OTHER_LAWS = " of other laws"  # behind a part that insurers do not bear; without it, a part is of the Zvw
PRIME = 2**20 - 3  # sums of thousands of products of two residues stay within 64 bits

Atom = tuple[str, Hashable]  # insurer, and what of it: the smallest amounts that figures are sums of
Weights = dict[Atom, int]


@dataclass
class Attack:
    """`atoms` of all insurers, none of them zero; `shown` are the figures as weights of atoms."""

    insurer: str
    atoms: Mapping[Atom, int]
    shown: list[Weights] = field(default_factory=list)

    def see(self, value: int, weights: Weights) -> None:
        """A shown figure; it is what its atoms add up to, or this attack is about something else."""
        total = sum(self.atoms.get(atom, 0) * weight for atom, weight in weights.items())
        assert value == total, f"a figure of {value} is not the {total} that its parts add up to"
        self.shown.append(weights)

    def found_out(self, targets: Mapping[Hashable, Iterable[Weights]]) -> set[Hashable]:
        """The names of the targets of which one is no secret; each is a figure of one other insurer."""
        places = {atom: place for place, atom in enumerate(a for a in self.atoms if a[0] != self.insurer)}
        distinct = {frozenset(weights.items()): weights for weights in self.shown}
        # Atoms that every figure counts alike are never told apart: one column for all of them, and a target that
        # treats them differently is no combination.
        matrix, alike = np.unique(self._matrix(places, distinct.values()), axis=1, return_inverse=True)
        basis, pivots = _reduced(matrix)
        first = np.array([np.flatnonzero(alike == column)[0] for column in range(matrix.shape[1])], dtype=int)
        found = set()
        for name, figures in targets.items():
            rows = self._matrix(places, figures)
            rows = rows[rows.any(axis=1) & (rows == rows[:, first][:, alike]).all(axis=1)][:, first]
            left = (rows - rows[:, pivots] @ basis) % PRIME
            if len(rows) and (~left.any(axis=1)).any():
                found.add(name)
        return found

    def _matrix(self, places: Mapping[Atom, int], figures: Iterable[Weights]) -> np.ndarray:
        figures = list(figures)
        matrix = np.zeros((len(figures), len(places)), dtype=np.int64)
        for row, weights in enumerate(figures):
            for atom, weight in weights.items():
                if atom in places:
                    matrix[row, places[atom]] += weight
        return matrix % PRIME


def _reduced(matrix: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """The reduced row echelon form without its empty rows, and the columns of its leading ones."""
    pivots: list[int] = []
    for column in range(matrix.shape[1]):
        row = len(pivots)
        candidates = np.flatnonzero(matrix[row:, column]) + row
        if not len(candidates):
            continue
        matrix[[row, candidates[0]]] = matrix[[candidates[0], row]]
        matrix[row] = matrix[row] * pow(int(matrix[row, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(matrix[:, column])
        others = others[others != row]
        matrix[others] = (matrix[others] - matrix[others, column][:, None] * matrix[row]) % PRIME
        pivots.append(column)
        if len(pivots) == len(matrix):
            break
    return matrix[: len(pivots)], pivots


@dataclass(frozen=True)
class Books:
    """What each insurer has per provider, month (`YYYY-MM`) and part, in cents: (provider, month, part, insurer)."""

    cents: Mapping[tuple[str, str, str, str], int]
    regions: Mapping[tuple[str, int], str]
    """Region of a provider's year, of those with a budget."""

    @cached_property
    def atoms(self) -> dict[Atom, int]:
        return {(insurer, tuple(place)): cents for (*place, insurer), cents in self.cents.items() if cents}

    def figure(self, part: str, **among: object) -> Weights:
        """The weights of declared, disputed, lump_sum or revenue of a provider or region, a month, year or year so far;
        of one insurer, or of all, under all laws; `settled` is the revenue under the Zvw alone."""
        atoms = self._by_provider[str(among["provider"])] if "provider" in among else self.atoms
        return {atom: weight for atom in atoms if (weight := self._weight(atom, part, among))}

    @cached_property
    def _by_provider(self) -> dict[str, list[Atom]]:
        found: dict[str, list[Atom]] = defaultdict(list)
        for atom in self.atoms:
            found[atom[1][0]].append(atom)
        return found

    def _weight(self, atom: Atom, part: str, among: Mapping[str, object]) -> int:
        insurer, (provider, month, its_part) = atom
        year = int(month[:4])
        region = self.regions.get((provider, year))
        fits = (
            among.get("insurer") in (None, insurer)
            and among.get("provider") in (None, provider)
            and among.get("month") in (None, month)
            and among.get("year") in (None, year)
            and month <= str(among.get("until", "9999"))
            and ("region" not in among or (region is not None and among["region"] in (region, "NL")))
        )
        base = its_part.removesuffix(OTHER_LAWS)
        if not fits or (part == "settled" and base != its_part):
            return 0
        return SIGNS[base] if part in ("revenue", "settled") else int(base == part)

    def targets(self, insurer: str) -> dict[Hashable, list[Weights]]:
        """Every figure of every other insurer that would be worth knowing, by what and where it is."""
        found: dict[Hashable, dict[Hashable, Weights]] = defaultdict(lambda: defaultdict(dict))
        for atom in self.atoms:
            of, (provider, month, part) = atom
            if of == insurer:
                continue
            region, year = self.regions.get((provider, int(month[:4]))), month[:4]
            places = [(where, when) for where in (provider, region, "NL") for when in (month, year)]
            base = part.removesuffix(OTHER_LAWS)
            sums = [(base, 1), ("revenue", SIGNS[base]), *([(part, 1)] if part != base else [("settled", SIGNS[base])])]
            for what, weight in sums:
                for where in places:
                    found[what, *where][of][atom] = weight
        return {name: list(figures.values()) for name, figures in found.items()}
