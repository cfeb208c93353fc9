# Each target sets up what it needs: python3 (3.11 or newer) with venv is enough to start.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help app demo test check lock bench clean

help: ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "posture needs Python 3.11 or newer; name it with make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "python3 has no venv module; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) (once; takes a minute)"
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

app: $(VENV)/.runtime ## set up and open the web app
	$(BIN)/posture app

demo: $(VENV)/.runtime ## analyse sample_images/ and say where the pictures are
	$(BIN)/posture analyze sample_images/*.jpg --out out/demo || test $$? -eq 3
	@echo "Pictures and results: $(CURDIR)/out/demo"

test: $(VENV)/.dev ## set up and run the whole suite, browser included
	$(BIN)/python scripts/ensure_chromium.py
	$(BIN)/python -m pytest

check: $(VENV)/.dev ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev ## speed and memory on this machine
	$(BIN)/python -m benchmarks

lock: $(VENV)/.dev ## renew the pinned requirements (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-annotate --no-header -o requirements/runtime.txt
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-annotate --no-header -c requirements/runtime.txt \
		-o requirements/dev.txt

clean: ## remove the environment and everything built
	rm -rf $(VENV) build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis
