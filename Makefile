# What a fresh machine needs: python3 >= 3.11 with venv, make and git.
PYTHON  ?= python3
VENV    := .venv
FOREIGN := .venv-foreign
BIN     := $(VENV)/bin
ROOMS   := connector-sdk mapping target-brevo sandbox cli $(sort $(wildcard taps/tap-*-tajo))
READY   := $(VENV)/ready
# Other people's plugins that the tests run ours against, each in an environment of its own.
STRANGERS := $(sort $(wildcard tests/foreign/*.txt))
TESTS   ?= tests
PLATFORM ?= shopify
KILLS   ?= 300
SIGNALS ?= 300
COUNT   ?= 10000
SEED    ?= 1
WORKERS ?= 2

# uv reads no pip.conf: hand it pip's index. Asked inside the recipe, since make expands a whole
# recipe before its first line has made the venv.
PIP       := $(BIN)/python -m pip --disable-pip-version-check
PIP_INDEX := $(PIP) config list | sed -n "s/.*\.index-url='\(.*\)'/\1/p" | tail -n 1
INDEX     := index=$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(PIP_INDEX))}}
UV_PIP    := $(BIN)/uv pip

# Dozens of processes start during a demo and the tests: compiling our rooms once is enough.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

.PHONY: help setup demo test faults consent check format plugins lock clean bench

help: ## print these targets
	@sed -n 's/^\([a-z]*\):.*## /\1 /p' $(MAKEFILE_LIST) | awk '{t=$$1; $$1=""; printf "  make %-9s%s\n", t, $$0}'

setup: $(READY) ## make .venv with every command of the project
$(READY): requirements.txt $(STRANGERS) $(ROOMS:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up .venv (once, about 20 seconds) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > $(VENV)/uv.txt
	@$(PIP) install -q --require-hashes --no-deps -r $(VENV)/uv.txt
	@$(INDEX); \
	  $(UV_PIP) install -q --python $(BIN)/python --compile-bytecode --require-hashes \
	    $${index:+--default-index "$$index"} -r requirements.txt || \
	  $(PIP) install -q --require-hashes -r requirements.txt
	@$(UV_PIP) install -q --offline --python $(BIN)/python --no-deps --no-build-isolation $(ROOMS:%=-e %)
	@$(INDEX); for lock in $(STRANGERS); do \
	  room=$(FOREIGN)/$$(basename $$lock .txt); \
	  test -x $$room/bin/python || $(PYTHON) -m venv --without-pip $$room; \
	  $(UV_PIP) install -q --python $$room/bin/python --require-hashes \
	    $${index:+--default-index "$$index"} -r $$lock || \
	  $(PIP) --python $$room/bin/python install -q --require-hashes -r $$lock || exit 1; \
	done
	@touch $@

demo: setup ## the main job on the embedded sandbox, ending in a picture; PLATFORM=shopify
	@$(BIN)/python -m tajo.demo $(PLATFORM)

test: setup ## every test; TESTS=tests/mapping for a part
	@$(BIN)/python -m pytest $(TESTS)

faults: setup ## kill and signal the pipe by chance: KILLS=300 SIGNALS=300 SEED=1, goes on where it was
	@$(BIN)/python tests/faults/run.py --kills $(KILLS) --signals $(SIGNALS) --seed $(SEED) --workers $(WORKERS) --resume

consent: setup ## play COUNT=10000 histories of consent against its oracle, SEED=1 (200 in make test)
	@$(BIN)/python -m pytest tests/consent/test_consent_histories.py --dist load \
	  --histories $(COUNT) --histories-seed $(SEED)

bench: setup ## figures beside a stock tap in the same run, 6 minutes; CASE=tap for one
	@$(BIN)/python -m benchmarks.run $(CASE)

check: setup ## lint, format, types, docs
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check . || { echo "Not formatted: run 'make format'" >&2; exit 1; }
	@$(BIN)/mypy $(ROOMS)
	@$(BIN)/python -m pytest tests/docs

format: setup ## let ruff mend what it can
	@$(BIN)/ruff check -q --fix . || true
	@$(BIN)/ruff format -q .

plugins: setup ## write plugins/*.lock from the tables
	@$(BIN)/python -m tajo.plugins

lock: setup ## resolve the locked requirements anew (needs a package index)
	@$(UV_PIP) compile -q --universal --python-version 3.11 --exclude-newer '7 days' --upgrade \
	  --all-extras --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  $$(sed -n 's/^name = "\(.*\)"/--no-emit-package \1/p' $(ROOMS:%=%/pyproject.toml)) \
	  $(ROOMS:%=%/pyproject.toml) requirements-dev.in -o requirements.txt
	@for lock in $(STRANGERS); do \
	  $(UV_PIP) compile -q --universal --python-version 3.11 --exclude-newer '7 days' --upgrade \
	    --generate-hashes --no-emit-index-url --no-annotate --no-header $${lock%.txt}.in -o $$lock || exit 1; \
	done

clean: ## remove what setup and runs have made
	@rm -rf $(VENV) $(FOREIGN) .meltano out
