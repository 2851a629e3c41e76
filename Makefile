# Everything a developer types. `make run` and `make test` need Python 3.11 and nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PORT ?= 8000
PYTHON_BIN := .venv/bin/python
FLASK := .venv/bin/flask
# The demo is a shop in Srinagar; a zone that is set already stays.
DEMO := KASHCRAFT_SHOP_TIMEZONE=$${KASHCRAFT_SHOP_TIMEZONE:-Asia/Kolkata}

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# Stamps: a second run finds them newer than the files they were made from, and does nothing.
.venv/.runtime: requirements.txt bin/environment
	@echo 'Installing what the shop needs into .venv ...'
	@bin/environment
	@touch $@

.venv/.dev: requirements.txt requirements-dev.txt bin/environment
	@echo 'Installing what the shop and its tests need into .venv ...'
	@bin/environment dev
	@touch .venv/.runtime $@

node_modules/.all: package-lock.json bin/frontend
	@echo 'Installing the front-end files and checkers ...'
	@bin/frontend all
	@touch $@

.PHONY: install
install: .venv/.runtime ## Make the environment and install the front-end files
	@bin/frontend runtime

.PHONY: assets
assets: install ## Build the static files
	@$(PYTHON_BIN) -m bin.build_assets

.PHONY: db
db: install ## Bring the database up to date
	@$(FLASK) db upgrade

.PHONY: run
run: assets db ## Run the demo shop, on port 8000 or PORT
	@$(DEMO) $(FLASK) demo load
	@$(DEMO) KASHCRAFT_BASE_URL=$${KASHCRAFT_BASE_URL:-http://127.0.0.1:$(PORT)} exec $(FLASK) serve --port $(PORT)

.PHONY: dev
dev: install db ## Run the demo shop for developers: what is edited shows at once
	@$(DEMO) $(FLASK) demo load
	@echo 'The shop is at http://127.0.0.1:$(PORT), and follows what you edit. Ctrl-C ends it.'
	@$(DEMO) KASHCRAFT_BASE_URL=$${KASHCRAFT_BASE_URL:-http://127.0.0.1:$(PORT)} KASHCRAFT_EMBEDDED_WORKER=1 \
	  exec $(FLASK) run --debug --port $(PORT)

.PHONY: develop
develop: .venv/.dev node_modules/.all
	@bin/browser

.PHONY: check
check: .venv/.dev ## Lint, format check, types, templates
	.venv/bin/ruff check .
	.venv/bin/ruff format --check --quiet .
	.venv/bin/mypy
	.venv/bin/djlint templates --lint --quiet

# Four workers for two cores, because those with the browser and with servers wait half of the time; the
# linters run beside them. Bytecode is written even if the environment says otherwise, because the tests start
# the shop in dozens of processes.
.PHONY: test
test: develop ## Check everything and run the tests
	@$(MAKE) --no-print-directory check & checks=$$!; \
	  PYTHONDONTWRITEBYTECODE= .venv/bin/pytest -n 4 -m 'not long' $(ARGS); tests=$$?; \
	  wait $$checks || { echo 'The linters have found something, see above.' >&2; exit 1; }; exit $$tests

.PHONY: test-one
test-one: .venv/.dev ## Run what T names, without browser or linters: T=tests/unit/test_x.py::test_y, T="-k word"
	@if [ -z "$(T)" ]; then echo 'Say which tests: make test-one T=tests/unit/core/test_money.py, or T="-k word"' >&2; exit 2; fi
	.venv/bin/pytest $(T)

.PHONY: test-long
test-long: develop ## Run the tests that take minutes
	.venv/bin/pytest -m long $(ARGS)

.PHONY: fmt
fmt: .venv/.dev ## Format the code and sort its imports
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .

.PHONY: messages
messages: .venv/.dev ## Collect the marked texts for translators in instance/messages.pot
	@mkdir -p instance
	@.venv/bin/pybabel --quiet extract --mapping pyproject.toml --keyword _l --keyword lazy_gettext \
	  --add-comments "For translators:" --project Kashcraft --output instance/messages.pot .
	@echo "$$(grep -c '^msgid ' instance/messages.pot) texts in instance/messages.pot"

.PHONY: lock
lock: .venv/.dev ## Pin the dependencies anew; ARGS=--upgrade takes newer ones
	bin/lock $(ARGS)

.PHONY: lighthouse
lighthouse: develop ## Print Lighthouse's four scores of each page type; URL=... for a running shop
	@npm ci --loglevel=error --prefix tools/lighthouse >/dev/null
	@$(PYTHON_BIN) -m bin.lighthouse $(if $(URL),--url $(URL))

.PHONY: bench
bench: .venv/.dev node_modules/.all ## Measure the shop beside a bare page; ARGS="pages --quick", see bench/README.md
	@$(PYTHON_BIN) -m bench $(ARGS)

.PHONY: screenshots
screenshots: develop ## Take the pictures of the README
	@$(PYTHON_BIN) -m bin.screenshots

.PHONY: clean
clean: ## Remove caches and built files; the database and the environment stay
	rm -rf instance/assets .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
	find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +
