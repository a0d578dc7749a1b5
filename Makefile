PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test stress lint pytest install install-dev lock bench

run: install
	$(BIN)/python run_bot.py

install: .venv/run.stamp
install-dev: .venv/dev.stamp

# Before anything is made: a half-made .venv would stay, and stand in the way of the right one.
NEW_ENOUGH := $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "需要 Python 3.11 或更新的版本，$(PYTHON) 不是；例如运行 make run PYTHON=python3.12"; exit 1; }

# With pip as it is locked too, whatever Python brings; setuptools, which old ones add, is not used.
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
define fill
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r locks/pip.txt
	$(PIP) install --require-hashes -r $(1)
	$(PIP) uninstall --yes setuptools 2>/dev/null
endef

.venv/run.stamp: locks/run.txt locks/pip.txt
	@$(NEW_ENOUGH)
	$(call fill,locks/run.txt)
	touch $@

.venv/dev.stamp: locks/dev.txt locks/pip.txt
	@$(NEW_ENOUGH)
	$(call fill,locks/dev.txt)
	touch $@ .venv/run.stamp

# Each takes the next tests when it has done its own; a worker that dies is not begun again, since
# a test that kills it would kill the next one too.
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --max-worker-restart=0

test: install-dev
	@$(MAKE) --no-print-directory -j2 lint pytest

# Beside the tests: kept back until all of it is known, so that it stands in one place.
lint: install-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@told=$$({ $(BIN)/mypy && $(BIN)/lint-imports && \
	  $(BIN)/python run_bot.py check --data none; } 2>&1); failed=$$?; \
	echo "$$told"; exit $$failed  # check: the files alone, whatever is served here

# CI tries the long forms too: many kills, long random series.
pytest: install-dev
	@$(PYTEST) -m "$(if $(CI),stress or not stress,not stress)"

stress: install-dev
	$(PYTEST) -m stress

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml -o locks/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra dev pyproject.toml -o locks/dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra semantic --extra postgresql pyproject.toml -o locks/semantic.txt

bench: install-dev
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.engines
	$(BIN)/python -m benchmarks.telegram
	$(BIN)/python -m benchmarks.page
	$(BIN)/python -m benchmarks.outbox
	$(BIN)/python -m benchmarks.ticks
	$(BIN)/python -m benchmarks.publishing
	$(BIN)/python -m benchmarks.outages
	$(BIN)/python -m benchmarks.outages_telegram
