"""The quality room: what must be plausible, and the double-funding guard in front of publishing.

`suites` reads the suites of `expectations/`, `answers` asks them of the warehouse with DuckDB, `validate` decides with
Great Expectations, `outcome` is what comes out of `run`; `dbt_tests` has the outcomes of dbt's tests. No Dagster here:
`defs/quality.py` makes checks of it.
"""
