# Two commands matter: `make run` and `make test`. `make help` names the others.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
export PORT
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi

.PHONY: help run test lint bench lock translations parts clean

help:  ## Say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 24

run: $(VENV)/.run  ## Start the site with sample campaigns on http://127.0.0.1:8000 (PORT=… for another port)
	@$(FLASK) db upgrade
	@$(FLASK) demo --if-empty
	@exec $(FLASK) serve

test: $(VENV)/.test .venv-readers/.done parts  ## Run every test, with real databases, mail server and browser
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: $(VENV)/.test  ## Check style, types and templates
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --profile jinja --quiet

bench: $(VENV)/.test  ## Measure, and write BENCHMARKS.md
	@tests/parts.sh postgresql wrk nginx
	@$(BIN)/python -m tests.bench $(ARGS)

lock:  ## Pin every requirement with its hashes, as pyproject.toml names them (needs uv)
	@for extra in "" scale dev; do \
	  uv pip compile --quiet --generate-hashes --no-annotate --no-emit-index-url --python-version 3.11 \
	    --custom-compile-command "make lock" pyproject.toml \
	    $$([ -z $$extra ] || echo --extra scale) $$([ "$$extra" != dev ] || echo --extra dev) \
	    -o requirements$${extra:+-$$extra}.txt || exit 1; done
	@printf 'khal\nvdirsyncer\n' | uv pip compile --quiet --generate-hashes --no-annotate --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" - -o requirements-readers.txt

translations: $(VENV)/.test  ## Collect the texts to translate, and compile what is translated
	@$(BIN)/pybabel -q extract -F babel.cfg -k _l -k say:2 --no-location --sort-output --no-wrap \
	  --project Campaign --copyright-holder "The Campaign authors" -o campaign/translations/messages.pot .
	@for language in az tr ru de fr es ar; do \
	  [ -e campaign/translations/$$language/LC_MESSAGES/messages.po ] || \
	    $(BIN)/pybabel -q init -i campaign/translations/messages.pot -d campaign/translations -l $$language --no-wrap; done
	@$(BIN)/pybabel -q update -i campaign/translations/messages.pot -d campaign/translations --no-fuzzy-matching --no-wrap --ignore-obsolete
	@$(BIN)/pybabel compile -d campaign/translations

parts:
	@tests/parts.sh

# khal and vdirsyncer pin old libraries, so they live by themselves.
.venv-readers/.done: requirements-readers.txt | $(VENV)/bin/python
	@echo "Installing the calendar programs that read our feeds …"
	@$(PYTHON) -m venv .venv-readers
	@.venv-readers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-readers.txt
	@touch $@

clean:  ## Remove what was installed and built; instance/ with its data stays
	rm -rf $(VENV) .venv-readers .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); [ "$$(id -u)" = 0 ] && apt-get update -q && \
	  apt-get install -q -y --no-install-recommends python3-venv && $(PYTHON) -m venv $(VENV); } || \
	  { rm -rf $(VENV); echo "Install Python's venv module first (Debian: apt-get install python3-venv)."; exit 1; }

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the site needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run
