# Everything a person does with keyless. `make help` lists the targets.
PYTHON ?= python3
STACK ?= staging
BIN := .venv/bin

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# pip says nothing for a minute, and --progress-bar prints a screen for each package.
INSTALL = $(PYTHON) -m sandbox.waiting "python: installing packages" \
  $(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement

.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "keyless needs Python 3.11 or later; name one: make PYTHON=python3.12 …")'
	@echo "python: installing the locked packages into .venv, about 1 min on an idle machine"
	@$(PYTHON) -m venv .venv
	@$(call INSTALL,.venv) requirements.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: install
install: .venv/installed ## install the locked packages into .venv

.PHONY: install-run
install-run: ## install into .venv what `pulumi up` needs, and nothing else
	@$(PYTHON) -m venv .venv
	@$(call INSTALL,.venv) requirements-run.txt

.PHONY: lock-pulumi
lock-pulumi: ## write the checksums of the Pulumi and the providers that the workflows install
	@.github/install-pulumi --lock

.PHONY: engine
engine: .venv/installed ## find a fitting Pulumi, or build one into the per-user cache
	@$(BIN)/python -m sandbox.engine

# One setting of Pulumi's could switch policies off that block; it is never passed on. The other would
# name the pack a second time, and each violation would be said twice.
PULUMI := env -u PULUMI_OPTION_POLICY_PACK_CONFIG -u PULUMI_OPTION_POLICY_PACK pulumi

.PHONY: check
check: .venv/installed ## say every mistake in the file of STACK, without engine and network
	@$(BIN)/keyless check $(STACK)

.PHONY: rights
rights: check ## write the rights of the pipeline and a first up in STACK, and the policy of BUCKET
	@$(BIN)/python -m keyless.estate.reading.rights_files '$(STACK)' '$(BUCKET)' '$(PERSON)'

.PHONY: preview
preview: check ## show what would change in STACK, judged by the policy pack
	@$(PULUMI) preview --stack $(STACK) --policy-pack policypack

.PHONY: up
up: preview ## preview STACK, then change it; asks first
	@$(PULUMI) up --stack $(STACK) --policy-pack policypack

.PHONY: sandbox
sandbox: engine ## run the whole job on this machine, with no cloud account
	@$(BIN)/python -m sandbox

.PHONY: sandbox-shell
sandbox-shell: engine ## open a shell against a running sandbox, with the pack enforced
	@$(BIN)/python -m sandbox shell $(if $(SEED),--seed $(SEED))

# No test waits for a child without an end.
PYTEST := $(BIN)/python -m pytest --timeout 900 --dist loadscope --no-loadscope-reorder --numprocesses

.PHONY: test-fast
test-fast: .venv/installed ## run the tests that need neither Pulumi nor Go, in 90 s
	@# Three on two cores here, too: a browser and child processes wait.
	@$(PYTEST) 3 -m "not engine and not long and not faults"

.PHONY: test
test: engine ## run the tests but the long ones, in 8 min
	@# Three on two cores: an engine that fails waits for five seconds before it ends.
	@$(PYTEST) 3

.PHONY: test-long
test-long: engine ## run the tests that take long, too
	@$(PYTEST) 3 -m "not faults"

.PHONY: test-faults
test-faults: engine ## fail each call of up, update and destroy in turn, for hours
	@# A run waits half of its time, for retries and for what the engine ends in five seconds.
	@$(BIN)/python -m pytest tests/faults --timeout 900 --numprocesses 4 --dist worksteal -v -m "faults or not faults" $(FAULTS); \
	  ended=$$?; $(BIN)/python -m tests.faults --table; exit $$ended

.PHONY: browser
browser: ## install Debian's Chromium as root; tests open the access map in it
	@command -v chromium >/dev/null || { apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null; }

.PHONY: bench
bench: engine ## measure what the project costs
	@$(BIN)/python -m sandbox.bench

.venv-mutation/installed: requirements-mutation.txt requirements-run.txt
	@echo "python: installing mutmut into .venv-mutation"
	@$(PYTHON) -m venv .venv-mutation
	@$(call INSTALL,.venv-mutation) requirements-mutation.txt
	@$(call INSTALL,.venv-mutation) requirements-run.txt
	@touch $@

MUTANTS ?= *
# The tests of the pack run nearly all of the reader, and its own run longest; each is tried with its own.
OTHERS := $(if $(filter policypack.%,$(MUTANTS)),keyless,$(if $(filter keyless.rules.%,$(MUTANTS)),policypack keyless/trust,$(if $(filter keyless.%,$(MUTANTS)),policypack)))

.PHONY: mutation
mutation: .venv-mutation/installed ## spoil reader, rules and policies and see their tests fail, for hours
	@PYTEST_ADDOPTS='$(OTHERS:%=--deselect=tests/%)' .venv-mutation/bin/mutmut run '$(MUTANTS)'
	@.venv-mutation/bin/mutmut results

.venv-docs/installed: requirements-docs.txt
	@echo "python: installing mkdocs-material into .venv-docs"
	@$(PYTHON) -m venv .venv-docs
	@$(call INSTALL,.venv-docs) requirements-docs.txt
	@touch $@

.PHONY: docs
docs: .venv-docs/installed ## build the site of the docs into build/site, without a warning
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --quiet --strict

.PHONY: dist
dist: .venv/installed ## build the wheel and the sdist of the package keyless into build/dist
	@rm -rf build/dist build/lib build/bdist.*
	@mkdir -p build/dist
	@$(BIN)/python -P -c 'from setuptools import build_meta as made; made.build_sdist("build/dist"); made.build_wheel("build/dist")'

.venv-audit/installed: requirements-audit.txt
	@echo "python: installing pip-audit and cyclonedx-bom into .venv-audit"
	@$(PYTHON) -m venv .venv-audit
	@$(call INSTALL,.venv-audit) requirements-audit.txt
	@touch $@

.PHONY: audit-packages
audit-packages: .venv/installed .venv-audit/installed ## look the locked Python packages up in PyPI's advisories
	@$(BIN)/python -m sandbox.supply packages

.PHONY: audit-engine
audit-engine: .venv/installed ## look the Go modules of the engine up in Go's advisories
	@$(BIN)/python -m sandbox.supply engine

.PHONY: sbom
sbom: .venv/installed .venv-audit/installed ## list every Python package and Go module in build/sbom
	@$(BIN)/python -m sandbox.supply sbom

.PHONY: lint
lint: .venv/installed ## check style, types and imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

.PHONY: format
format: .venv/installed ## rewrite the code in its one style
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --no-strip-extras \
  --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: requirements
requirements: .venv/installed ## lock the packages anew, from pyproject.toml
	@$(LOCK) --upgrade --all-extras --output-file requirements.txt pyproject.toml
	@$(LOCK) --extra pulumi --constraint requirements.txt --output-file requirements-run.txt pyproject.toml
	@$(LOCK) --constraint requirements.txt --output-file requirements-commands.txt pyproject.toml
