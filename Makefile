# Two commands do all set-up on a fresh machine: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EXAMPLE := examples/agent_orchestra

.PHONY: demo test lint types bench wheel-test clean

demo: $(READY)  ## compile the example, run its missions, print what each tier costs
	$(BIN)/orchestra-compile $(EXAMPLE)
	$(BIN)/pytest -q --orchestra $(EXAMPLE)

test: $(READY)  ## the whole test suite
	$(BIN)/pytest -q -n 2

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy
	$(BIN)/pyright

bench: $(READY)  ## the figures of the README, measured here
	$(BIN)/python benchmarks/run.py

wheel-test: $(READY)  ## the built wheel, in an environment of its own, runs the example
	$(BIN)/python tests/wheel_in_new_environment.py

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12 ..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)
