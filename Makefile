# One entry for everything. `make run` needs Python >= 3.11 only.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
export PYTHONPATH := src

ifeq ($(shell command -v $(PYTHON) 2>/dev/null),)
$(error Python 3.11 or newer is needed and $(PYTHON) is not there. Install it, or name one: make PYTHON=/usr/bin/python3.12 run)
endif

.PHONY: run test test-sqlite test-postgres lint format bench torture try-units docs demo licences lock clean

run: $(VENV)/.run build/.assets
	@$(BIN)/bandeng demo --serve --port $(PORT)

test: test-sqlite test-postgres

test-sqlite: $(VENV)/.test build/.assets
	$(BIN)/pytest -n 2 --dist loadscope

# Engines know no database: `lint` sees to it that they import nothing that does, and once is enough.
test-postgres: $(VENV)/.test build/.assets
	$(PYTHON) tools/with_postgres.py $(BIN)/pytest -n 2 --dist loadscope -m "not browser" --ignore tests/engines

lint: $(VENV)/.test
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/lint.py

format: $(VENV)/.test
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

$(VENV)/.run: requirements/run.txt pyproject.toml
	@$(PYTHON) tools/environment.py run

$(VENV)/.test: requirements/test.txt pyproject.toml
	@$(PYTHON) tools/environment.py test
	@tools/system_packages.sh

build/.assets: assets/package-lock.json tools/assets.py
	@$(PYTHON) tools/assets.py

demo: $(VENV)/.run
	@$(BIN)/bandeng demo --reset

docs: $(VENV)/.run
	$(BIN)/python tools/reference.py

SIZE ?= small
bench: $(VENV)/.test
	nice -n 10 $(BIN)/python -m benchmarks $(SIZE)

# Kills the site twenty times in some three minutes; SIZE=long two hundred times.
torture: SIZE := $(if $(filter command line,$(origin SIZE)),$(SIZE),ci)
torture: $(VENV)/.test build/.assets
	nice -n 5 $(BIN)/python -m torture $(SIZE)

# The page about running in production, followed under a real systemd in namespaces; two minutes, as root.
try-units:
	nice -n 5 $(PYTHON) tools/try_units.py

licences: $(VENV)/.run
	$(BIN)/python tools/licences.py

lock:
	$(PYTHON) tools/lock.py

clean:
	rm -rf build $(VENV)
