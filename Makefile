# make demo | test | screens | browser | screenshots | bench | lint | lock | clean.  Needs Python 3.11, 3.12 or 3.13 and nothing else; everything goes into .venv.
# PYTHON=python3.13 chooses the interpreter, ARGS="…" goes to the program, WORKERS=n sets the test processes.

VENV    ?= .venv
WORKERS ?= 2
ARGS    ?=
UPGRADE ?=
PYTHON  ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
             $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)

BIN   := $(VENV)/bin
PY    := $(BIN)/python
PIP   := $(PY) -m pip --disable-pip-version-check --quiet --no-input
BASE  := $(VENV)/.made
RUN   := $(VENV)/.installed-run
TEST  := $(VENV)/.installed-test
NODE  := $(VENV)/.installed-node
CODE  := hatch_build.py commerce sync_protocol device_drivers foundation provisioning edge_node hq_server stayopen tests $(wildcard bench)

.PHONY: demo test screens browser screenshots bench lint lock clean
.DEFAULT_GOAL := demo

demo: $(RUN) $(NODE)
	@$(PY) hatch_build.py
	@$(BIN)/stayopen demo $(ARGS)

# Lint, the pages of till and console and their own tests, then all others; those in a browser share one worker, so there is one browser.
test: lint screens browser
	@$(PY) -m pytest -q -n $(WORKERS) $(ARGS)

# The pages of till and console: built, their types checked, their own tests. Needs the npm registry the first time.
screens: $(RUN) $(NODE)
	@$(PY) hatch_build.py check test

# A browser for the tests: the machine's own (CHROMIUM=/its/path names one), else installed where apt-get and root allow.
browser: $(TEST)
	@$(PY) tests/browser/chromium.py

# Every place of till and console in three languages, light and dark: build/screenshots/index.html. ARGS="en": one.
screenshots: browser $(NODE)
	@$(PY) hatch_build.py
	@$(PY) tests/browser/screenshots.py $(ARGS)

bench: $(TEST)
	@$(PY) -m bench $(ARGS)

lint: $(TEST)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check --quiet $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

# The environment; made anew when its interpreter is gone or another PYTHON is asked for by removing it (make clean).
$(BASE):
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: install one, or say make PYTHON=/its/path" >&2; exit 2; }
	@echo "making $(VENV) with $(PYTHON) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# Exact versions with their hashes; then the programs themselves, in place, with the build tools just installed.
define install
	@echo "installing $(1) …"
	@$(PIP) install --require-hashes -r $(1)
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
endef

$(RUN): $(BASE) constraints/run.txt pyproject.toml
	$(call install,constraints/run.txt)

$(TEST): $(BASE) constraints/test.txt pyproject.toml
	$(call install,constraints/test.txt)

# Node, for the screens alone: a wheel that brings it, so nothing has to be on the machine.
$(NODE): $(BASE) constraints/screens.txt
	@echo "installing constraints/screens.txt …"
	@$(PIP) install --require-hashes -r constraints/screens.txt
	@touch $@

# Regenerate the pinned versions; UPGRADE=--upgrade moves them to the newest. No registry's address is written.
UV_COMPILE = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
             --no-header $(UPGRADE)
SOURCES := pyproject.toml constraints/build.in
lock: $(BASE)
	@$(PIP) install uv
	$(UV_COMPILE) $(SOURCES) -o constraints/run.txt
	$(UV_COMPILE) $(SOURCES) --extra replay -c constraints/run.txt -o constraints/replay.txt
	$(UV_COMPILE) $(SOURCES) --extra replay --extra test -c constraints/run.txt -o constraints/test.txt
	$(UV_COMPILE) constraints/screens.in -o constraints/screens.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build web/node_modules edge_node/web/till hq_server/web/console
