"""The monitor room: what a release says, for who watches: report.html, the KPI scorecard, charts, what moved.

Belongs here: reading published tables, words and figures in Dutch, charts as SVG, the page and the Markdown of the
Dagster UI. Not here: how a figure is computed (dbt), Dagster (`defs/monitor.py`), making a release (`publish`).
"""
