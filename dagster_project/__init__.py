"""zorgmart: the warehouse and KPI pipeline for the money of coordinated acute care."""

__version__ = "0.8.0"
