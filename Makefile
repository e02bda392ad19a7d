# `make run` and `make test` are all one needs; the rest is for those who change the code.
# What `make run` has started ends with it, even if make itself is killed or its window closed.
LEASH := $(shell command -v setpriv >/dev/null && echo setpriv --pdeathsig TERM)

.PHONY: help setup run test test-sqlite test-postgres browser old-chromium year bench chaos fuzz lint format messages openapi screenshots constraints clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup:  ## .venv, browser assets, translations; only what has changed
	@bin/setup

run:  ## web, worker and beat on http://$HOST:$PORT (127.0.0.1:8000), until Ctrl+C; DEMO=0 without demonstration data
	@exec $(LEASH) bin/run

test: setup  ## all tests but the browser's: on SQLite, and on PostgreSQL with Redis where they run
	@bin/test

test-sqlite: setup  ## the tests on SQLite alone
	@bin/test sqlite

test-postgres: setup  ## the tests on PostgreSQL and Redis (TEST_DATABASE_URL, TEST_REDIS_URL)
	@bin/test postgres

browser: setup  ## journeys in Chromium
	@bin/test browser

old-chromium: setup  ## fetches Chromium 92, as old as people's browsers are; from then on `make browser` tries it too
	@bin/old-chromium

year: setup  ## a whole simulated year of 45 tasks against a slow reference, on both databases (some minutes)
	@GXFTZ_YEAR_DAYS=365 bin/test sqlite -s tests/simulation
	@GXFTZ_YEAR_DAYS=365 bin/test postgres -s tests/simulation

chaos: setup  ## long torments: killed workers, killed web processes, killed clients, each with its control (some minutes)
	@GXFTZ_KILLS=100 GXFTZ_KEYS=1000 bin/test postgres -p no:randomly tests/supervision/test_kills.py \
	  tests/supervision/test_changes_push_kills.py tests/agencies/test_answer_kills.py tests/examples/test_mirror_kills.py

fuzz: setup  ## random requests to the whole API from everybody (GXFTZ_FUZZ_CASES, GXFTZ_FUZZ_SEED; an hour or two)
	@GXFTZ_FUZZ_CASES=$${GXFTZ_FUZZ_CASES:-100000} GXFTZ_FUZZ_SEED=$${GXFTZ_FUZZ_SEED:-$$(date +%s)} \
	  bin/test postgres -p no:randomly tests/fuzz

lint: setup  ## format, rules, layers, types, templates, migrations, deployment checks
	@bin/lint

format: setup  ## puts Python into the project's format
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix-only --quiet .

openapi: setup  ## writes docs/openapi.json anew, after the API has changed
	@.venv/bin/python manage.py write_openapi

messages: setup  ## gathers texts from code and templates into locale/en, for their English
	@bin/messages

bench: setup  ## what pages cost, with the demonstration's past and with thirty times as much (some minutes)
	@.venv/bin/python -m bench

screenshots: setup  ## the pictures in README and docs, taken of the running product
	@.venv/bin/python bin/screenshots.py

constraints:  ## writes constraints.txt anew, after a version in requirements*.txt was raised
	@: > constraints.txt && bin/setup && .venv/bin/python bin/constraints.py && bin/setup

clean:  ## removes what set-up made; data under var/ stays
	rm -rf .venv node_modules build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
