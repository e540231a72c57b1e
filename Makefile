# The two commands are `make demo` and `make test`; `make` alone lists the rest.
.DEFAULT_GOAL := help
.PHONY: help env demo test soak bench check lint format types contracts migrations leaks audit lock clean
SHELL := /bin/bash
PYTHON_IN_VENV := .venv/bin/python
# Checks read the code, never a database of the caller's.
STATIC := env -u DATABASE_OWNER_URL -u REDIS_URL DATABASE_URL=sqlite://:memory:
# make demo SERVE=0 stops before serving.
SERVE ?= 1
# make demo PORT=8001 serves there.
PORT ?= 8000
# make test T="tests/conflicts -k ring" runs a part; COV=1 adds coverage.
T ?=
COV ?=
# make bench B="all one --size 10k" runs a part.
B ?=

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: ## Make .venv with everything that tests and checks need
	@deploy/dev/env.sh dev

demo: ## Tell the story on the public facts, then serve the site (SERVE=0: only tell)
	@deploy/dev/env.sh runtime
	@$(PYTHON_IN_VENV) manage.py demo --port $(PORT) $(if $(filter 0 no false,$(SERVE)),--no-serve)

test: env ## Run the whole suite on PostgreSQL and Redis, then what touches data on SQLite (T="..." for a part)
	@COV="$(COV)" deploy/dev/servers.sh run deploy/dev/test.sh $(T)

soak: env ## Run the long forms of the promises
	@ARMSLENGTH_SOAK=1 deploy/dev/servers.sh run $(PYTHON_IN_VENV) -m pytest -m soak $(T)
	@$(if $(T),true,deploy/dev/servers.sh run $(PYTHON_IN_VENV) -m tests.faults.nemesis)
	@# Compiled code does not watch where its arrays end; here it does.
	@$(if $(T),true,NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=.venv/checked $(PYTHON_IN_VENV) -m pytest tests/engine -k kernel)

bench: ## Run the benchmarks beside their peers and write benchmarks/results/ (B="..." for a part)
	@deploy/dev/env.sh bench
	@deploy/dev/servers.sh run $(PYTHON_IN_VENV) -m benchmarks $(B)
	@$(if $(B),true,deploy/dev/servers.sh run $(PYTHON_IN_VENV) -m benchmarks.stored_check)
	@$(if $(B),true,deploy/dev/servers.sh run $(PYTHON_IN_VENV) -m benchmarks.rescoring)

check: env lint types contracts migrations leaks audit ## Lint, types, import contracts, migrations, leaks, advisories
	@echo "make check: all good"

lint: env ## Lint and check the format
	@$(PYTHON_IN_VENV) -m ruff check .
	@$(PYTHON_IN_VENV) -m ruff format --check .

format: env ## Put every file into the one format
	@$(PYTHON_IN_VENV) -m ruff check --fix-only .
	@$(PYTHON_IN_VENV) -m ruff format .

types: env ## Check types
	@$(STATIC) $(PYTHON_IN_VENV) -m mypy

contracts: env ## Check who may import whom
	@.venv/bin/lint-imports --no-logo

migrations: env ## Check that models and migrations agree and that the project's own checks pass
	@$(STATIC) $(PYTHON_IN_VENV) manage.py makemigrations --check --dry-run
	@$(STATIC) $(PYTHON_IN_VENV) manage.py check --fail-level WARNING

leaks: env ## Look for secrets, machine paths and addresses of package indexes in tracked files
	@deploy/dev/leaks.sh

audit: env ## Ask for published advisories on what requirements.lock pins
	@deploy/dev/audit.sh

lock: ## Write the lock files anew (needs uv); the oldest supported Python decides
	@command -v uv >/dev/null || { echo "make lock needs uv on the PATH (pip install uv)." >&2; exit 1; }
	@uv pip compile pyproject.toml $(LOCK) -o requirements.lock
	@uv pip compile pyproject.toml --group dev -c requirements.lock $(LOCK) -o requirements-dev.lock
	@uv pip compile pyproject.toml --group dev --group bench -c requirements-dev.lock $(LOCK) -o requirements-bench.lock

LOCK := --quiet --python-version 3.11 --universal --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

clean: ## Remove caches, never data
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov
