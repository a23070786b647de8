"""The door: every delivered file is read once, judged row by row, and written down in the ledger."""

from dagster_project.ingest.check import CheckReport, check_file
from dagster_project.ingest.ledger import Ledger
from dagster_project.ingest.receive import ingest
from dagster_project.ingest.report import IngestReport
from dagster_project.ingest.store import check_stored

__all__ = ["CheckReport", "IngestReport", "Ledger", "check_file", "check_stored", "ingest"]
