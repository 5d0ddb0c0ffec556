# Everything runs from a virtual environment of its own, .venv, and needs no root.
# All paths are relative, so the folder's own path may contain spaces.
#
#   PYTHON=python3.12   which Python makes .venv (default: the first one that is 3.11 or newer)
#   PORT=8080           where `make tutorial` serves (default: 8000, or the next free port)
#   NUMPY='2.0.*'       which NumPy (default: the newest that fits)
#   VENV=.venv-other    another folder than .venv, to keep several combinations
#   PYTEST_ARGS="-x"    more options for pytest

VENV := .venv
RUN := $(VENV)/bin/python -m
# a pull of pyproject.toml brings new requirements: install again, once
MADE := $(VENV)/.made
DOCS := $(VENV)/.installed-docs
TEST := $(VENV)/.installed-test
DEV := $(VENV)/.installed-dev
# each brings the ones before it
INSTALLED_WITH_docs := $(DOCS)
INSTALLED_WITH_test := $(DOCS) $(TEST)
INSTALLED_WITH_dev := $(DOCS) $(TEST) $(DEV)

# the theme's news for maintainers is no news for readers
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help tutorial site test test-full lint format clean

# a .venv whose Python has gone (upgraded, or copied from another machine) is made anew
ifneq ($(wildcard $(MADE)),)
ifneq ($(shell $(VENV)/bin/python -c 'print("alive")' 2>/dev/null),alive)
$(shell rm -rf $(VENV))
endif
endif

help: ## show this list
	@echo "nabla: make one of"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'

tutorial: site ## build the site and serve it on this machine (Ctrl-C stops)
	@exec $(VENV)/bin/python docs/_tools/serve.py site $(PORT)

# (never with --quiet: then --strict sees no warnings)
site: $(DOCS) ## build the site into site/, strictly
	@$(RUN) mkdocs build --strict --site-dir site

test: $(TEST) ## run the fast tests: units, doctests, every code block of the pages, the site
	@$(RUN) pytest $(PYTEST_ARGS)

test-full: test ## the fast tests, then those marked `full`
	@$(RUN) pytest -m full --collect-only --quiet >$(VENV)/.full 2>&1; status=$$?; \
	if [ $$status -eq 5 ]; then exit 0; fi; \
	if [ $$status -ne 0 ]; then cat $(VENV)/.full; exit $$status; fi; \
	echo; echo "Now the tests marked full:"; \
	$(RUN) pytest -m full $(PYTEST_ARGS)

lint: $(DEV) ## ruff, pyright (strict) and the layers
	@status=0; \
	$(RUN) ruff check . || status=1; \
	$(RUN) ruff format --check . || status=1; \
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(RUN) pyright --project pyproject.toml --pythonpath $(VENV)/bin/python || status=1; \
	$(VENV)/bin/python -c 'from importlinter.cli import lint_imports_command as run; run()' \
	  --no-logo || status=1; \
	exit $$status

format: $(DEV) ## let ruff format the code and sort the imports
	@$(RUN) ruff check --select I --fix .
	@$(RUN) ruff format .

clean: ## remove .venv, .venv-*, the built site and all caches
	@rm -rf $(VENV) .venv-* site dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@set -- python3 python3.13 python3.12 python3.11; \
	if [ -n '$(PYTHON)' ]; then set -- '$(PYTHON)'; fi; \
	python=; for name in "$$@"; do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    python="$$name"; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "nabla needs Python 3.11 or newer. Tried, without finding it: $$*"  >&2; \
	  echo "Install one, or say where it is: make PYTHON=/path/to/python3 ..." >&2; exit 1; fi; \
	if ! "$$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then \
	  echo "$$python cannot make a virtual environment: its module venv or ensurepip is missing." >&2; \
	  echo "On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; fi; \
	echo "Making a virtual environment in $(VENV) with $$("$$python" --version) ..."; \
	rm -rf $(VENV); "$$python" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }; \
	touch $(MADE)

$(DOCS) $(TEST) $(DEV): $(VENV)/.installed-%: pyproject.toml $(MADE)
	@echo "Installing nabla with what '$*' needs into $(VENV) (the first time takes a minute or two) ..."
	@$(RUN) pip install --disable-pip-version-check --quiet --editable '.[$*]' $(if $(NUMPY),'numpy==$(NUMPY)')
	@touch $(INSTALLED_WITH_$*)
