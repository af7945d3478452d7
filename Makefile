# Two commands matter: `make demo` and `make test`. Both need Python 3.11 or newer and nothing else:
# they make .venv beside this file and install into it what they use.

SUITABLE = import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do $$p -c '$(SUITABLE)' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
SPECS := $(wildcard specs/*)

.PHONY: help demo test lint types unit slow wheel generated catalogues docs clean

help:
	@echo 'make demo       a company validated, drawn, compiled, and a case run from quote to cash'
	@echo 'make test       everything that CI checks (the fast part alone: make unit)'
	@echo 'make generated  compile specs/ into generated/ and write docs/reference/ again'
	@echo 'make docs       the documentation as a site, site/index.html; no broken link'
	@echo 'make catalogues bring the translations up to date with the code'

$(BIN)/python:
	@test -n '$(PYTHON)' || { echo 'crmdsl needs Python 3.11 or newer (with venv); set PYTHON=/path/to/python' >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(BIN)/python
	@echo 'installing crmdsl into $(VENV) …' >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.run
	@echo 'installing the tools of the tests into $(VENV) …' >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(VENV)/.docs: pyproject.toml $(VENV)/.run
	@echo 'installing what builds the site into $(VENV) …' >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[docs]'
	@touch $@

demo: $(VENV)/.run
	@$(BIN)/python demo/quote_to_cash.py

test: lint types slow wheel docs
	@echo 'all checks passed'

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.dev
	$(BIN)/mypy
	$(BIN)/mypy --config-file= --strict --python-version 3.11 generated  # as whoever uses it would, without our settings
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/pyright --pythonpath $(BIN)/python generated

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n 2 -m 'not slow'

slow: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n 2 --durations=10

wheel: $(VENV)/.dev
	.ci/wheel $(BIN)/python

generated: $(VENV)/.run
	@for spec in $(SPECS); do $(BIN)/crmdsl compile "$$spec" --out generated || exit; done
	@$(BIN)/python docs/build_reference.py

docs: $(VENV)/.docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo 'site/index.html is written'

catalogues: $(VENV)/.dev
	@$(BIN)/python docs/build_catalogues.py

clean:
	rm -rf $(VENV) dist build demo-out .mypy_cache .pytest_cache .ruff_cache
