# One door for everything a contributor does. `make help` lists it.
# Needs Python 3.11 or newer, make and git; everything else goes into .venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# LangGraph's server has a licence of its own: the tests start it from an environment that nothing else uses.
SERVER       := .venv-langgraph-server
SERVER_READY := $(SERVER)/.ready
ROOMS  := workflow_ir compiler conductor_core adapters melody bench tests
SAMPLE := samples/01_release_notes/release_notes.melody.yaml
# Two workers: the suite waits on subprocesses more than it computes, and small machines have two cores.
WORKERS ?= 2

# CrewAI reads these when it is imported; without them it calls out and waits for the answer (adapters/crewai/README.md).
export CREWAI_DISABLE_TELEMETRY := true
export CREWAI_DISABLE_VERSION_CHECK := true
export CREWAI_TESTING := true
export CREWAI_TRACING_ENABLED := false
export LANGCHAIN_TRACING_V2 := false
export LANGSMITH_TRACING := false
export OTEL_SDK_DISABLED := true

# $(call in_private_home,COMMANDS): run them with a HOME and a TMPDIR of their own, gone afterwards however they end.
# Importing CrewAI writes key material under HOME; a test run must not leave it, nor read the user's settings.
define in_private_home
set -eu; home="$$(mktemp -d)"; \
trap 'rm -rf "$$home"' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; trap 'exit 129' HUP; \
mkdir "$$home/tmp"; export HOME="$$home" TMPDIR="$$home/tmp"; \
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME PYTHONPATH; \
$(1)
endef

# Reads pip's output: keeps all of it in a log, shows a line now and then, fails as pip failed, and then shows why.
define PROGRESS
{ print > log_file } \
/^Collecting/ && ++found % 40 == 0 { print "      " found " packages found"; fflush() } \
/^Installing collected/ { print "      unpacking " found " packages"; fflush() } \
/^pip ended with/ { status = $$4 } \
END { close(log_file); if (status != 0) system("tail -n 20 " log_file " >&2"); exit status }
endef

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fmt snapshots docs bench fuzz mutants clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## Make .venv with everything (once; again only when pyproject.toml or constraints.txt change)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "melody needs Python 3.11 or newer; name one with: make setup PYTHON=python3.11" >&2; exit 2; }
	@echo "[1/3] virtual environment in $(VENV)"
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@echo "[2/3] melody, its tools and both frameworks (about 170 packages; a few minutes the first time)"
	@{ $(BIN)/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
	    --constraint constraints.txt --editable '.[all,dev]' 2>&1; echo "pip ended with $$?"; } \
	  | awk -v log_file=$(VENV)/install.log '$(PROGRESS)'
	@$(BIN)/melody version
	@touch $(READY)
	@echo "[3/3] ready"

$(SERVER_READY): pyproject.toml constraints.txt
	@echo "[1/2] LangGraph's server, for its tests, in $(SERVER)"
	@test -x $(SERVER)/bin/pip || $(PYTHON) -m venv $(SERVER)
	@{ $(SERVER)/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
	    --constraint constraints.txt --editable '.[langgraph-server]' 2>&1; echo "pip ended with $$?"; } \
	  | awk -v log_file=$(SERVER)/install.log '$(PROGRESS)'
	@touch $(SERVER_READY)
	@echo "[2/2] ready"

demo: $(READY)  ## Run sample 01 on every engine and print the results side by side
	@bin="$$PWD/$(BIN)"; samples="$$PWD/samples"; $(call in_private_home, \
	  mkdir "$$home/demo"; cp -R "$$samples" "$$home/demo/samples"; cd "$$home/demo"; \
	  echo '$$ melody compare $(SAMPLE)'; "$$bin/melody" compare $(SAMPLE))

test: $(READY)  ## Run everything: check, then every test
	@$(MAKE) --no-print-directory -j 2 check $(SERVER_READY)
	@$(call in_private_home, $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --basetemp="$$home/pytest" $(PYTEST))

check: $(READY)  ## Lint, formatting, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

fmt: $(READY)  ## Format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

snapshots: $(READY)  ## Write the snapshots anew; read the diff before you commit it
	@test -z "$${CI:-}" || { echo "snapshots are not written in CI: run this at home and commit the diff" >&2; exit 2; }
	@$(call in_private_home, $(BIN)/python -m pytest -q --snapshot-update --allow-snapshot-deletion --basetemp="$$home/pytest" tests || \
	  echo "pytest-snapshot fails each test whose snapshot it wrote; run make test to see them pass")
	@$(call in_private_home, cd samples/10_in_your_repository && ../../$(BIN)/python -m melody test flows --update-snapshots)
	@git --no-pager diff --stat

docs: $(READY)  ## Write the generated pages of docs/ anew (after make snapshots)
	@$(BIN)/python -m docs.errors.generate
	@$(BIN)/python -m docs.failures
	@$(BIN)/python -m docs.backends
	@git --no-pager diff --stat -- docs

bench: $(READY)  ## Run the benchmarks
	@$(call in_private_home, $(BIN)/python -m bench)

# FUZZ_SEED repeats a run. `.venv/bin/python -m tests.fuzz --help` runs one of the searches alone.
FUZZ_EXPRESSIONS ?= 100000
FUZZ_MUTANTS     ?= 20000
FUZZ_MELODIES    ?= 2000
FUZZ_EJECTED     ?= 100
fuzz: $(READY)  ## Search for mistakes for half an hour (FUZZ_EXPRESSIONS, FUZZ_MUTANTS, FUZZ_MELODIES, FUZZ_EJECTED, FUZZ_SEED)
	@$(call in_private_home, $(BIN)/python -m tests.fuzz --expressions $(FUZZ_EXPRESSIONS) \
	  --mutants $(FUZZ_MUTANTS) --melodies $(FUZZ_MELODIES) --ejected $(FUZZ_EJECTED) $(if $(FUZZ_SEED),--seed $(FUZZ_SEED)))

mutants: $(READY)  ## Change conductor_core/failure in thousands of ways and see that tests notice (about ten minutes)
	@$(BIN)/python -m pip install --disable-pip-version-check --no-input --quiet --constraint constraints.txt --editable '.[mutation]'
	@$(call in_private_home, $(BIN)/python -m tests.mutation)

clean:  ## Remove both environments, caches and build outputs
	rm -rf $(VENV) $(SERVER) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
