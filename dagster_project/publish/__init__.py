"""The publish room: a checked warehouse becomes a release that readers can trust.

Belongs here: writing a release folder, moving the pointer, slices per insurer, and reading a release.
Not here: Dagster (`defs/publish.py`), how a figure is computed (dbt), charts and report (`monitor`).
"""
