"""The tables that by_hand.sql makes, made with Polars instead: `python -m tests.benchmark.in_polars`."""
