# Each target sets up what it needs; python3 (3.11 or newer) with venv is enough to start.
PYTHON ?= python3
VENV ?= .venv
CALIBRATION_VENV ?= .venv-calibration
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Processes of the tests: one for each core, up to four (each needs about 2 GB with its browser).
JOBS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((n > 4 ? 4 : n)))
PARALLEL := -n $(JOBS) --dist loadfile --no-loadscope-reorder

.PHONY: help app demo test check calibration test-calibration pictures messages lock bench clean

help: ## list the targets
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

demo: $(VENV)/.runtime ## analyse sample_images/ and print where the pictures are
	$(BIN)/posture analyze sample_images/*.jpg --out out/demo || test $$? -eq 3
	@echo "Pictures and results: $(CURDIR)/out/demo"

test: $(VENV)/.dev ## set up and run the whole suite, browser included; JOBS=1 for one process
	$(BIN)/python scripts/ensure_chromium.py
	$(BIN)/python -m pytest $(PARALLEL)

check: $(VENV)/.dev ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(CALIBRATION_VENV)/.ready: calibration/requirements.txt pyproject.toml
	@$(PYTHON) -m venv $(CALIBRATION_VENV)
	@$(PYTHON) scripts/ensure_renderer.py
	@echo "Setting up $(CALIBRATION_VENV) (once; takes a few minutes)"
	@$(CALIBRATION_VENV)/bin/python -m pip --disable-pip-version-check --quiet install torch==2.13.0
	@$(CALIBRATION_VENV)/bin/python -m pip --disable-pip-version-check --quiet install \
		--require-hashes --no-deps -r calibration/requirements.txt
	@$(CALIBRATION_VENV)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps -e .
	@touch $@

calibration: $(CALIBRATION_VENV)/.ready ## set up the environment of calibration/ (bodies with a known pelvis)

test-calibration: $(CALIBRATION_VENV)/.ready ## test calibration/, with real bodies and renders
	$(CALIBRATION_VENV)/bin/python -m pytest tests/calibration

pictures: $(VENV)/.dev ## redraw the pictures of README and docs
	$(BIN)/python scripts/readme_picture.py
	$(BIN)/python scripts/ensure_chromium.py
	$(BIN)/python scripts/notebook_picture.py
	$(BIN)/python scripts/screenshots.py

messages: $(VENV)/.dev ## update the catalogues in posture/locales; ADD=fr adds a language
	$(BIN)/python scripts/messages.py $(ADD)

bench: $(VENV)/.dev ## measure speed and memory on this machine
	$(BIN)/python -m benchmarks

lock: $(VENV)/.dev ## update the pinned requirements (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-annotate --no-header -c requirements/constraints.in \
		-o requirements/runtime.txt
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-annotate --no-header -c requirements/runtime.txt \
		-o requirements/dev.txt
	for extra in auth keyring ray s3; do \
		uv pip compile pyproject.toml --extra $$extra --universal --generate-hashes \
			--python-version 3.11 --no-emit-index-url --no-annotate --no-header \
			-c requirements/dev.txt -o requirements/$$extra.txt; \
	done

clean: ## remove the environments and everything built
	rm -rf $(VENV) $(CALIBRATION_VENV) build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis
