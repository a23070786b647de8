# What a newcomer and CI call; every target works from a bare clone with Python 3.11+ and git.
.PHONY: run test nightly check ui bench contracts lock clean
PYTHON ?= python3
BIN := .venv/bin
LANDING := $(or $(ZORGMART_LANDING),data/landing)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps
PINNED := --require-hashes --only-binary :all: -r

run: .venv/run
	@test -n "$$(ls -A $(LANDING) 2>/dev/null)" || $(BIN)/zorgmart sample --landing $(LANDING)
	@$(BIN)/zorgmart run

test: .venv/dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile

# What takes an hour or more: two hundred kills, a full disk in every phase, thousands of mutated files.
nightly: .venv/dev
	@$(BIN)/python -m pytest -m nightly -n 2

check: .venv/dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/sqlfluff lint --processes 0 --disable-progress-bar dbt/models dbt/tests

ui: .venv/run
	@$(BIN)/zorgmart ui

bench: .venv/dev
	@$(BIN)/python -m tests.benchmark

# dbt's sources and docs/feeds.md, written from dagster_project/feeds.
contracts: .venv/run
	@$(BIN)/python -m dagster_project.feeds.documents

# The locks hold names, versions and hashes alone; uv writes them, pip installs them.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml requirements.in -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev pyproject.toml requirements.in -o requirements-dev.lock
	echo 'duckdb==1.5.5' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate - -o requirements-client.lock

.venv/bin/python:
	@$(PYTHON) -m venv .venv

.venv/run: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what zorgmart runs on (once)."
	@$(PIP) $(PINNED) requirements.lock
	@$(PIP) --no-build-isolation -e .
	@touch $@

# Readers have older DuckDBs than ours: one of them stands apart, and tests open releases with it.
.venv/dev: requirements-dev.lock requirements-client.lock .venv/run
	@echo "Installing what the tests need (once)."
	@$(PIP) $(PINNED) requirements-dev.lock
	@$(PIP) --upgrade --target .venv/client $(PINNED) requirements-client.lock
	@touch $@

clean:
	rm -rf .venv
