# The house's commands. `make setup demo` on a fresh machine is all it takes; nothing is installed outside this folder.
PYTHON ?= python3
PY := .venv/bin/python
JJM := JJM_PYTHON=$(CURDIR)/$(PY) tools/jjm

# A .venv that is a link belongs to another folder; what is installed there is that folder's business.
ifeq ($(shell test -L .venv && echo linked),linked)
export PYTHONPATH := $(CURDIR)/src
RUN :=
DEV :=
else
RUN := .venv/.ready
DEV := .venv/.ready-dev
endif

.PHONY: help setup demo test check bench prove

help:
	@echo 'make setup            install what the node needs into .venv'
	@echo 'make demo             start a node with a synthetic district, in the foreground'
	@echo 'make test             run the tests'
	@echo 'make check            style, types, imports, standards, generated files; below a minute'
	@echo 'make bench [N=1000]   measure, with N households'
	@echo 'make prove            long proofs: crashes, load, malformed calls'

setup: $(RUN)

demo: setup
	.venv/bin/jjm demo

# Two processes for each processor (tests/conftest.py), each with a PostgreSQL of its own. They and the commands that
# they start read the same modules: what one has compiled is kept for all, whatever the environment says of that.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(DEV)
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(DEV)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/basedpyright
	$(JJM) standards check
	$(PY) -m tools.generate --check

bench: $(DEV)
	$(PY) -m benchmarks $(if $(N),--n $(N))

# `make test` has the same examples of a rule each time; here they are others.
prove: export JJM_OTHER_EXAMPLES := 1
prove: $(DEV)
	$(PY) -m pytest -m "hypothesis and not prove" -n auto --dist loadfile --no-loadscope-reorder
	$(PY) -m pytest -m prove --timeout 1500 --durations=12

.venv/.ready: requirements.lock tools/jjm
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo >&2 \
	  'Python 3.11 or newer is needed; "$(PYTHON)" is not, or is not there. Name another: make $(or $(MAKECMDGOALS),setup) PYTHON=python3.12'; exit 1; }
	@$(PY) -c pass 2>/dev/null || $(PYTHON) -m venv --clear .venv
	$(PY) -m pip install --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements.lock
	@echo ../../../../src > "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/jjm.pth"
	@cp tools/jjm .venv/bin/jjm
	@touch $@

.venv/.ready-dev: requirements-dev.lock .venv/.ready
	$(PY) -m pip install --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements-dev.lock
	@touch $@
