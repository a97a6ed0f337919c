# make demo    the main job against a stand-in portal and a stand-in Slack on this machine
# make sandbox a page to look at and play with: the same stand-ins, and the bot between them
# make test    the whole gate: format, lint, types, import walls, tests with coverage
# make faults  kills, outages, full disks and replicas in full: 14 minutes on two cores (make test has the quick ones)
# make fuzz    everything that reads foreign input, with thousands of inputs each (FUZZ=2000), and how many were tried
# make mutants  whether a test notices each small change of the code that a verdict depends on (MUTANTS_MINUTES=120; goes on)
# make audit   whether a pinned dependency has a known weakness (asks pypi.org; docs/security.md: without internet)
# make bench   how fast, how exact, how large: ours beside the usual ways (BENCH=quick: in a minute)
# make pictures  the README's pictures, photographed anew from that page (needs Chromium)
# make lock    pin the dependencies anew
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo sandbox test faults fuzz mutants audit bench pictures lock clean

help:
	@sed -n 's/^# //p' Makefile

.venv/ready: requirements-dev.txt
	@echo "Setting up .venv (once, about a minute)…"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed; try: make demo PYTHON=python3.13"; exit 1)
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.txt --progress-bar on \
		| grep --line-buffered -E '^(Collecting|Installing|Successfully)' | cut -c1-100
	@$(BIN)/python -c 'import dbos, httpx, slack_bolt'
	@touch $@

demo: .venv/ready
	@$(BIN)/python -m bot demo

sandbox: .venv/ready
	@$(BIN)/python -m bot sandbox

test: .venv/ready
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest -n 5 --cov --cov-report=term --cov-fail-under=95

faults: .venv/ready
	@$(BIN)/pytest -q -m faults -n 2 tests

fuzz: .venv/ready
	@FUZZ=$${FUZZ:-2000} $(BIN)/pytest -q tests/fuzz

mutants: .venv/ready
	@MUTANTS_MINUTES=$${MUTANTS_MINUTES:-120} $(BIN)/python tests/mutants/run.py

audit:
	@$(PYTHON) -m venv .audit
	@.audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	@.audit/bin/pip-audit --require-hashes --disable-pip -r requirements.txt

bench: .venv/ready
	@$(BIN)/python -m bench

pictures: .venv/ready
	@PYTHONPATH=. $(BIN)/python docs/pictures/photograph.py

lock:
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate pyproject.toml --extra dev -o requirements-dev.txt

clean:
	rm -rf .venv .audit mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
