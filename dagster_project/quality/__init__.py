"""The quality room: what must be plausible, and the double-funding guard in front of publishing.

`suites` reads the suites of `expectations/`, `run` judges them with Great Expectations on the warehouse,
`outcome` is what comes out. No Dagster here: `defs/quality.py` makes checks of it.
"""
