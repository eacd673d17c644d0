# One command each; `make help` lists them. Every target sets up what it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DATA ?= ../shared/data/stickers

.PHONY: help setup demo web check test bench clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/'

setup: $(STAMP)  ## a virtual environment with everything in it

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $(STAMP)

demo: $(STAMP)  ## people of opposite tastes, the same words: demo/demo.png
	$(BIN)/bespoke demo --out demo

web: $(STAMP)  ## the web studio and the HTTP API on http://127.0.0.1:8501
	$(BIN)/bespoke web

check: $(STAMP)  ## format, lint, types, arrows and the fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 -m 'not slow and not postgres'

test: $(STAMP)  ## all tests (PostgreSQL's where BESPOKE_TEST_POSTGRES names a server)
	$(BIN)/pytest -n 2 --dist loadfile

bench: $(STAMP)  ## speed, next to what a user would pick instead
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.personalize

clean:  ## remove what can be made again
	rm -rf build dist demo .pytest_cache .ruff_cache .mypy_cache
