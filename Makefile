# make run    set everything up and open the cockpit on demonstration data (http://127.0.0.1:8050)
# make test   set everything up, Chromium, fonts and PostgreSQL included, and run all tests
# make bench  measure the cockpit beside a plain Dash app (about ten minutes; docs/performance.md)
# make soak   what takes long: endurance, and the seconds of hostile files
# make unit   the tests that need no browser, no database server and no rights: under a minute
# make check  format, lint, types and the direction of imports
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: run test unit check bench soak

run: .venv/run
	@$(BIN)/python cli.py demo
	@$(BIN)/python cli.py serve

test: .venv/test
	@tests/system_packages.sh
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

unit: .venv/test
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" tests/unit $(ARGS)

bench: .venv/test
	@tests/system_packages.sh
	@$(BIN)/python -m bench $(ARGS)

soak: .venv/test
	@$(BIN)/python -m pytest -m soak $(ARGS)

check: .venv/test
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本" >&2; exit 1; }
	@echo "正在建立运行环境（首次约一分钟）…"
	@$(PYTHON) -m venv .venv

.venv/run: requirements.txt | .venv/bin/python
	@echo "正在安装依赖…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/test: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "正在安装依赖（含测试工具）…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@ .venv/run
