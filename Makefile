# chucdanh: `make` does everything, `make help` tells the rest. Needs python3 (3.11 or later) and nothing else.
RAW ?= data/raw
PROCESSED ?= data/processed
WORKERS ?=
PYTHON ?= python3

VENV := .venv
PY := $(VENV)/bin/python
CHUCDANH := $(VENV)/bin/chucdanh
INSTALLED := $(VENV)/.installed
STAMPS := $(PROCESSED)/.stamps
STAGES := clean segment recognise normalise link
TABLES := articles sentences mentions positions organisations places people memberships clusters rejects
SOURCES := $(shell find pipeline -type f ! -name '*.pyc' | sed 's/ /\\ /g')
OPTIONS = --raw "$(RAW)" --processed "$(PROCESSED)" $(if $(WORKERS),--workers $(WORKERS))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all summary setup test check format bench clean help segment recognise normalise link $(TABLES) FORCE

all: $(STAMPS)/run ## everything: install, run over RAW into PROCESSED, show what was found
	@echo 'The tables are in $(PROCESSED). make summary counts them, make help tells the rest.'

summary: $(INSTALLED) ## what the tables hold, counted
	@$(CHUCDANH) summary --processed "$(PROCESSED)"

# --- tables and stages ------------------------------------------------------------------------------------------------
# One pass for all tables; it stamps the stages too, since it brings each up to date.
$(STAMPS)/run: $(INSTALLED) $(STAMPS)/raw $(SOURCES)
	@$(CHUCDANH) run $(OPTIONS)
	@touch $(addprefix $(STAMPS)/,$(STAGES)) $@

$(STAMPS)/clean: $(INSTALLED) $(STAMPS)/raw $(SOURCES)
	@$(CHUCDANH) clean $(OPTIONS)
	@touch $@

define STAGE_RULE
$(STAMPS)/$(2): $(STAMPS)/$(1) $(SOURCES)
	@$(CHUCDANH) $(2) $$(OPTIONS)
	@touch $$@
endef
$(eval $(call STAGE_RULE,clean,segment))
$(eval $(call STAGE_RULE,segment,recognise))
$(eval $(call STAGE_RULE,recognise,normalise))
$(eval $(call STAGE_RULE,normalise,link))

articles clusters: $(STAMPS)/clean ## stage 1, clean: documents to articles
sentences segment: $(STAMPS)/segment ## stage 2, segment: articles to sentences and words
mentions recognise: $(STAMPS)/recognise ## stage 3, recognise: sentences to mentions
positions organisations places normalise: $(STAMPS)/normalise ## stage 4, normalise: offices, bodies and places in normal form
people memberships rejects link: $(STAMPS)/link ## stage 5, link: who holds what, where

# A digest of the names, sizes and times of the raw files, written only when it changes: a file that is gone counts too.
LIST_RAW := import hashlib, os, sys; from pathlib import Path; \
  files = sorted((f"{p}/{n}", (s := os.lstat(f"{p}/{n}")).st_size, s.st_mtime_ns) for p, _, ns in os.walk(sys.argv[1]) for n in ns); \
  stamp = Path(sys.argv[2]); text = hashlib.sha256(repr(files).encode("utf-8", "replace")).hexdigest(); \
  stamp.parent.mkdir(parents=True, exist_ok=True); \
  stamp.exists() and stamp.read_text() == text or stamp.write_text(text)
$(STAMPS)/raw: FORCE
	@$(PYTHON) -c '$(LIST_RAW)' "$(RAW)" "$@"
FORCE:

# --- development ------------------------------------------------------------------------------------------------------
setup: $(INSTALLED) ## make .venv and install the program with its tools

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=…")'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check -e '.[dev]' -c constraints.txt
	@touch $@

test: $(INSTALLED) ## tests and doctests
	@$(PY) -m pytest

check: $(INSTALLED) ## format, lint, types, tests, doctests, quality gate
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest

format: $(INSTALLED) ## settle the format of the sources
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

bench: $(INSTALLED) ## speed, side by side with plain underthesea
	$(PY) benchmarks/throughput.py

clean: ## remove the tables and all caches
	@rm -rf $(foreach name,$(TABLES) .chucdanh .stamps exports datapackage.json croissant.json,"$(PROCESSED)/$(name)")
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
	@find pipeline tests -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z ]*:.*## / {printf "  %-42s %s\n", $$1, $$2}' Makefile
	@echo '  RAW=data/raw  PROCESSED=data/processed  WORKERS=(cores)  PYTHON=python3'
