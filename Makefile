# make run    set everything up and open the cockpit on demonstration data (http://127.0.0.1:8050)
# make test   set everything up, Chromium, fonts, PostgreSQL and slapd included, and run all tests
# make bench  measure the cockpit beside a plain Dash app (about ten minutes; docs/performance.md)
# make unit   the tests that need no browser, no database server and no rights: under a minute
# make soak   what takes long or is measured in seconds, alone on the computer: endurance, load, hostile files
# make lock   write requirements.lock from requirements.txt (needs the network)
# make check  format, lint, types and the direction of imports
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: run test unit soak check bench lock

run: .venv/run
	@$(BIN)/python cli.py demo
	@$(BIN)/python cli.py serve

test: .venv/test
	@tests/system_packages.sh
	@$(BIN)/python -m pytest -n auto --dist worksteal --durations 40 --durations-min 5 $(ARGS)

unit: .venv/test
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" tests/unit $(ARGS)

soak: .venv/test
	@$(BIN)/python -m pytest -m soak $(ARGS)

bench: .venv/test
	@tests/system_packages.sh
	@$(BIN)/python -m bench $(ARGS)

check: .venv/test
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本" >&2; exit 1; }
	@echo "正在建立运行环境（首次约一分钟）…"
	@$(PYTHON) -m venv .venv

.venv/run: requirements.lock | .venv/bin/python
	@echo "正在安装依赖…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

.venv/test: requirements.lock requirements-dev.txt | .venv/bin/python
	@echo "正在安装依赖（含测试工具）…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@ .venv/run

# Everything that is installed, what others need included, each file with its digests.
lock: .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	@$(BIN)/pip-compile --quiet --upgrade --generate-hashes --no-header --allow-unsafe --strip-extras --no-emit-index-url \
	  --no-emit-find-links --output-file requirements.lock requirements.txt
