PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test install install-dev lock bench

run: install
	$(BIN)/python run_bot.py

install: .venv/run.stamp
install-dev: .venv/dev.stamp

.venv/run.stamp: locks/run.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/run.txt
	touch $@

.venv/dev.stamp: locks/dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/dev.txt
	touch $@ .venv/run.stamp

test: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python run_bot.py check --data none  # the files alone, whatever is served here
	$(BIN)/python -m pytest

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml -o locks/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra dev pyproject.toml -o locks/dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra semantic --extra postgresql pyproject.toml -o locks/semantic.txt

bench: install-dev
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.engines
	$(BIN)/python -m benchmarks.telegram
	$(BIN)/python -m benchmarks.outbox
	$(BIN)/python -m benchmarks.ticks
