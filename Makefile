# One entry for people and pipelines. Every target is safe to run twice.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
STACK ?= sandbox
# Of conformance, by pytest's -k; empty: all.
ONLY ?=
VENV := .venv
BIN := $(VENV)/bin
# Real engines and clients have deadlines of their own, which a machine that is too busy breaks. What fails then is run
# once more, alone: a fault of the product fails again.
again = { echo "once more, alone: what failed" >&2; \
  $(BIN)/python -m pytest --last-failed --last-failed-no-failures none -n 0 -m "$(1)"; }

.PHONY: help setup up down test walks matrix conformance lint pipelines docs bench tour changes format lock

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## the Python environment in .venv, and the Pulumi engine
	@$(BIN)/python -m sandbox.engine

$(VENV)/.ready: requirements/bootstrap.lock requirements/dev.lock pyproject.toml
	@echo "setup: Python environment in $(VENV) (about half a minute the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make setup PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync -q --require-hashes requirements/dev.lock requirements/bootstrap.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

up: setup ## provision the stack (STACK=sandbox) and verify what runs
	@$(BIN)/python -m sandbox up $(STACK)

down: setup ## destroy the stack and stop the sandbox: nothing is left running
	@$(BIN)/python -m sandbox down $(STACK)

test: setup ## the tests that need no cloud (the long ones apart: make walks)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not conformance and not long" \
	  || $(call again,not conformance and not long)

walks: setup ## whole stacks on every kind of host, by the real engine (minutes)
	@$(BIN)/python -m pytest -n 2 -m long || $(call again,long)

matrix: setup ## every kind of container on every kind of host, by the real engine (about eight minutes)
	@SPEECH_MATRIX=all $(BIN)/python -m pytest -n 2 tests/matrix

conformance: setup ## what only a real Kubernetes can tell (once, about half an hour of building; see docs/conformance.md)
	@$(BIN)/python -m conformance.parts
	@$(BIN)/python -m pytest -m conformance tests/conformance/test_control_plane.py
	@$(BIN)/python -m pytest -m conformance -n 3 --dist loadscope -k "$(ONLY)" tests/conformance \
	  --ignore tests/conformance/test_control_plane.py || $(call again,conformance)

lint: $(VENV)/.ready ## style, types and the floors of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

pipelines: $(VENV)/.ready ## workflows by actionlint and zizmor
	@$(BIN)/python -m tests.pipelines.linters

bench: setup ## plan and previews, as ratios in one run (minutes; see docs/performance.md)
	@$(BIN)/python -m bench

tour: setup ## docs/tour.md anew: from nothing to a small fleet, by the real engine (minutes)
	@$(BIN)/python -m tests.tour

changes: setup ## docs/changes.md anew: what each setting's change does, by the real engine
	@$(BIN)/python -m tests.walk.changes > docs/changes.md.new && mv docs/changes.md.new docs/changes.md

docs: $(VENV)/.ready ## the pages and the schema that code writes
	@$(BIN)/python -m speech.cli.documentation
	@$(BIN)/python -m tests.matrix.page
	@$(BIN)/python -m tests.capacity.page
	@$(BIN)/python -m tests.policies.page

format: $(VENV)/.ready ## rewrite the sources in the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(VENV)/.ready ## renew requirements/*.lock from requirements/*.in
	@for name in bootstrap dev run; do \
	  $(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	    --custom-compile-command 'make lock' $$([ $$name = run ] && echo '-c requirements/dev.lock') \
	    requirements/$$name.in -o requirements/$$name.lock; \
	done
