# Everything real is in Python: config/setup prepares the machine, config/serve.py runs the portal.
SHELL := /bin/bash
PYTHON ?= python3
PY := .venv/bin/python
MANAGE := $(PY) manage.py
# Two processes for the two cores; a file's tests stay together, they share what they start.
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder -q --tb=short
.DEFAULT_GOAL := help

.PHONY: help setup setup-test run demo test crawl check bench messages fmt lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: ## virtual environment, system libraries, fonts, page assets (only what is missing)
	@$(PYTHON) -m config.setup

setup-test: ## the same with what the tests need
	@$(PYTHON) -m config.setup --tests

run: setup ## start the portal with the demo (DEMO=0 for an empty one) on http://127.0.0.1:8000
	@DEMO=$${DEMO:-1} exec $(PY) -m config.serve

demo: setup ## make the demo's rows in the database (DEMO_ARGS for the command's options)
	@$(MANAGE) migrate --verbosity 0 && DEMO=1 $(MANAGE) demo $(DEMO_ARGS)

test: setup-test messages ## the whole suite; PostgreSQL, Redis and real workers when DATABASE_URL and REDIS_URL name them
	@$(PY) -m pytest $(PYTEST_ARGS)

crawl: setup-test messages ## every link of every role of the demo, three deep, in the browser (a quarter of an hour; the suite follows one or two of each kind)
	@CRAWL=every $(PY) -m pytest -n 2 --dist load -q --tb=short tests/walks/test_crawl.py

check: setup-test ## ruff, format, migrations, messages, deployment settings
	@$(PY) -m config.setup.check

bench: setup ## speed, one JSON line each
	@$(PY) -m tests.bench

messages: ## translated messages: parts together, compiled
	@$(PYTHON) -m config.setup.messages build

fmt: ## format the code
	@$(PY) -m ruff check --fix -q . ; $(PY) -m ruff format -q .

lock: ## pin what requirements*.in name, with hashes and without addresses
	@$(PY) -m config.setup.lock

clean: ## remove what can be made again; the data in var/ stays
	@rm -rf node_modules static/vendor staticfiles .ruff_cache .hypothesis .coverage htmlcov var/setup
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
