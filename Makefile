# make demo    the main job against a stand-in portal and a stand-in Slack on this machine
# make sandbox a page to look at and play with: the same stand-ins, and the bot between them
# make test    the whole gate: what make check does, and every test
# make check   format, lint, types and import walls, in seconds once mypy has its cache
# make unit    the tests that start no bot and go through no whole months: the inner loop
# make coverage  every test once more, with 95 % of the branches counted: half as long again, so before a release
# make faults  kills, outages, full disks and replicas in full: 14 minutes on two cores (make test has the quick ones)
# make soak   ten minutes of mixed commands while Slack and DocSpace fail at random (SOAK=2 minutes, SEED=7), and one line
# make model   every server of a small world, wholly enumerated: none makes an incomplete reading COMPLETE
# make fuzz    everything that reads foreign input, with thousands of inputs each (FUZZ=2000), and how many were tried
# make mutants  whether a test notices each small change of the code that a verdict depends on (MUTANTS_MINUTES=120; goes on)
# make audit   whether a pinned dependency has a known weakness (asks pypi.org; docs/security.md: without internet)
# make bench   how fast, how exact, how large: ours beside the usual ways (BENCH=quick: in a minute)
# make pictures  the README's pictures, photographed anew from that page (needs Chromium)
# make dist    wheel and sdist of what is committed, in dist/
# make lock    pin the dependencies anew, each at its newest
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

# Compiled tests are kept, also where the environment says otherwise: each of pytest's workers would compile all of them.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help gone demo sandbox test check unit warm coverage faults soak model fuzz mutants audit bench pictures dist lock clean

help:
	@sed -n 's/^# //p' Makefile

# Python was removed or replaced since: what was made with it is made anew.
.venv/ready: requirements-dev.txt $(if $(shell .venv/bin/python -c 0 2>&1 || echo gone),gone)
	@echo "Setting up .venv (once, a minute or two)…"
	@PYTHON="$(PYTHON)" sh deploy/install.sh requirements-dev.txt .venv

.tools/ready: requirements-tools.txt $(if $(shell .tools/bin/python -c 0 2>&1 || echo gone),gone)
	@echo "Setting up .tools (once)…" >&2
	@PYTHON="$(PYTHON)" sh deploy/install.sh requirements-tools.txt .tools >&2

gone:

demo: .venv/ready
	@$(BIN)/python -m bot demo

sandbox: .venv/ready
	@$(BIN)/python -m bot sandbox

test: .venv/ready
	@$(MAKE) --no-print-directory -j2 check warm
	@fast=$$(sh tests/fast_tmp.sh); TMPDIR=$${TMPDIR:-$${fast:-/tmp}} $(BIN)/pytest -n 6

check: .venv/ready
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

unit: .venv/ready
	@$(BIN)/pytest -q -n 2 -m "not faults and not process and not slow"

# What every worker needs and one of them can make for all: compiled tests, and the constants that hypothesis looks for.
warm: .venv/ready
	@$(BIN)/pytest -q -k test_whatever_is_typed_is_understood_or_refused_in_words tests >/dev/null || true

coverage: .venv/ready
	@$(BIN)/pytest -n 4 --cov --cov-report=term --cov-fail-under=95

faults: .venv/ready
	@$(BIN)/pytest -q -m faults -n 2 tests

soak: .venv/ready
	@$(BIN)/python -m bench.soak --minutes $${SOAK:-10} --seed $${SEED:-1}

model: .venv/ready
	@$(BIN)/python -m tests.reporting.model

fuzz: .venv/ready
	@FUZZ=$${FUZZ:-2000} $(BIN)/pytest -q tests/fuzz

mutants: .venv/ready
	@MUTANTS_MINUTES=$${MUTANTS_MINUTES:-120} $(BIN)/python tests/mutants/run.py

audit: .tools/ready
	@.tools/bin/pip-audit --require-hashes --disable-pip -r requirements.txt

bench: .venv/ready
	@$(BIN)/python -m bench

pictures: .venv/ready
	@PYTHONPATH=. $(BIN)/python docs/pictures/photograph.py

dist: .tools/ready
	@test -z "$$(git status --porcelain)" || (echo "Commit first: a release is what is committed."; exit 1)
	@.tools/bin/hatchling build --directory dist

LOCK := .tools/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --only-binary :all: \
	--generate-hashes --no-emit-index-url --no-header --no-annotate

lock: .tools/ready
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) pyproject.toml --extra dev -o requirements-dev.txt
	@$(LOCK) --group tools -o requirements-tools.txt

clean:
	rm -rf .venv .tools mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
