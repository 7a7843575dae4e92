# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= $(shell for p in python3.11 python3 python; do command -v $$p >/dev/null && $$p -c "import sys; sys.exit(sys.version_info < (3, 11))" && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test test-long check fmt bench lock migrate clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Interlock needs Python 3.11 or newer on the PATH, or make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Setting up: locked dependencies into $(VENV) (once, about a minute) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml $(VENV)/.run
	@echo "Setting up: test and check tools into $(VENV) (once, about a minute) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

setup: $(VENV)/.run ## Install what running needs
setup-dev: $(VENV)/.dev ## Install what tests and checks need

run: setup ## The main job: services, library, verdict, conformance, gate, web UI (ARGS=--exit to stop after the summary)
	@$(BIN)/interlock demo $(ARGS)

test: setup-dev ## The whole suite on real parts
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.brokers.servers
	@$(BIN)/python -m pytest -m "not long" -n 2 --dist loadgroup $(PYTEST_ARGS)

test-long: setup-dev ## The slow campaigns too
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.brokers.servers
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

check: setup-dev ## ruff, mypy --strict, import-linter
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

fmt: setup-dev ## Format and mend what ruff can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: setup-dev ## Renew the lock files
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 --extra build --extra dev pyproject.toml -o requirements-dev.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 --extra build pyproject.toml -c requirements-dev.txt -o requirements.txt

bench: setup-dev ## What a diff, a read and a large estate cost, as ratios in one run
	@$(BIN)/python tests/benchmarks/ratios.py
	@$(BIN)/python -m tests.benchmarks.serving
	@$(BIN)/python -m tests.benchmarks.scale

clean: ## Remove the environment and caches (never the data)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
