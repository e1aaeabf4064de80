# make demo   a sample company with live traffic, on http://127.0.0.1:8000
# make run    your own data, at first empty
# make install  installs what the two need, and starts nothing
# make test   everything: linters, types, import rules, tests, browser, on SQLite and on PostgreSQL
# make check  the linters and types alone
# make messages  gathers the texts of the pages for translators (docs/translating.md)
# make soak   the tests of faults (kill -9, full disk, a database that goes away) at length
# PORT=9000 make run, HOST=0.0.0.0 make run and the like work.

HOST ?= 127.0.0.1
PORT ?= 8000
MESSAGES ?=
BIN := .venv/bin
# The first Python that is new enough.
FIND_PYTHON := for p in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && { echo $$p; break; }; done
SET_UP = p=$$($(FIND_PYTHON)); \
	if [ -z "$$p" ]; then echo "set-up: Python 3.11 or newer is missing. Install it: sudo apt-get install python3" >&2; exit 1; fi; \
	"$$p" scripts/set_up.py

.PHONY: help demo run install test check messages soak lock screenshots
help:
	@sed -n 's/^# //p' Makefile | head -8

# What .env says of one's own data is not for the sample's: an empty setting keeps it out.
demo:
	@$(SET_UP) run
	@TEXTMETER_DATA_DIR=$${TEXTMETER_DATA_DIR:-data/demo} TEXTMETER_DATABASE_URL=$${TEXTMETER_DATABASE_URL:-} \
		TEXTMETER_PUBLIC_URL=$${TEXTMETER_PUBLIC_URL:-} TEXTMETER_MAIL_URL=$${TEXTMETER_MAIL_URL:-} exec $(BIN)/textmeter demo --live \
		--host $(HOST) --port $(PORT) $(if $(MESSAGES),--messages $(MESSAGES))

run:
	@$(SET_UP) run
	@exec $(BIN)/textmeter serve --host $(HOST) --port $(PORT)

install:
	@$(SET_UP) run

check:
	@$(SET_UP) check
	@echo "ruff check";    $(BIN)/ruff check .
	@echo "ruff format";   $(BIN)/ruff format --check .
	@echo "mypy";          $(BIN)/mypy
	@echo "lint-imports";  out=$$($(BIN)/lint-imports) || { echo "$$out"; exit 1; }

test: check
	@$(SET_UP) test
	@echo "pytest, on SQLite";      $(BIN)/pytest -n 2 --dist loadfile
	@echo "pytest, on PostgreSQL";  $(BIN)/python scripts/with_postgres.py $(BIN)/pytest -n 2 --dist loadfile

# Writes textmeter/locale/textmeter.pot, and updates, checks and compiles the languages beside it.
messages:
	@$(SET_UP) run
	@$(BIN)/python scripts/messages.py

# The tests of faults, many rounds of each. TEXTMETER_SEED=N repeats one that failed.
soak:
	@$(SET_UP) test
	@echo "soak, on SQLite";      TEXTMETER_SOAK=1 $(BIN)/pytest -s -v tests/faults
	@echo "soak, on PostgreSQL";  TEXTMETER_SOAK=1 $(BIN)/python scripts/with_postgres.py $(BIN)/pytest -s -v tests/faults

# Writes requirements/*.txt anew from requirements/*.in: every package with its version and hashes.
lock:
	@$(SET_UP) check
	@$(BIN)/pip install -q uv
	@for name in build runtime dev; do echo "requirements/$$name.txt"; \
		$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		$(if $(UPGRADE),--upgrade) requirements/$$name.in -o requirements/$$name.txt || exit 1; done

# Makes the pictures in docs/images anew: those of the walk through everything.
screenshots:
	@$(SET_UP) test
	@TEXTMETER_PICTURES=docs/images $(BIN)/python -m pytest -q -n0 tests/walk
