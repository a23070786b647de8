"""What `zorgmart check` says of one file, for whoever delivers it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dagster_project.ingest.check import CheckReport, check_file
from dagster_project.ingest.serial_numbers import read_serial_numbers
from dagster_project.settings import Settings


def check_lines(settings: Settings, feed: str, file: Path) -> tuple[list[str], bool]:
    """Sentences about the file, and whether every row of it would be accepted at the door."""
    key = settings.pseudonym_key.get_secret_value() if settings.pseudonym_key else None
    report = check_file(feed, file, key, serial=read_serial_numbers(settings.serial_numbers))
    return list(_sentences(report)), report.reason is None and not report.broken


def _sentences(report: CheckReport) -> Iterator[str]:
    if report.reason:
        yield f"{report.file} would be rejected as a whole: {report.reason}"
        return
    tally = report.tally
    yield (
        f"{report.file} as {report.feed} of {report.delivery_date}: {tally.rows:,} rows ="
        f" {tally.accepted:,} accepted + {tally.rows - tally.accepted:,} quarantined."
    )
    for rule in report.broken:
        rows = ", ".join(map(str, rule.first_rows))
        yield f"  {rule.name}: {rule.count:,} rows (first: row {rows}): {rule.sentence}"
    if report.return_file:
        yield f"The return file is {report.return_file}."
    yield "Whether providers, insurers and codes are known is judged in every run, against what was delivered then."
