"""Where the folder lies that some tests read, with public series and known faults; the repository does not have it."""

from pathlib import Path

SHARED = Path(__file__).parents[2] / "shared"
NOT_THERE = "reads the folder `shared`, which is not part of the repository and not beside this clone"
