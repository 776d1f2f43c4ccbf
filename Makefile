# The two commands are `make demo` and `make test`; each first makes .venv if it is missing or out of date.
python := .venv/bin/python

# Compiled modules are kept: the tests start some hundred programs that would each compile the workbench again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo test coverage test-slow test-spark test-oidc belgium bench-generation bench-study bench-tables bench-pseudonyms bench-spark bench-load fuzz sbom audit-libraries lint lab lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

setup: ## make or refresh .venv from requirements.lock
	@scripts/setup.sh

demo: setup ## data, checks, drawing, run, release, dashboards
	@$(python) -m workbench demo

test: ## the whole test suite with ruff and mypy
	@scripts/setup.sh tests
	@$(python) -m pytest -q -rs -n 2 --dist loadscope --no-loadscope-reorder

coverage: ## the same, telling which lines no test runs; fails below the floor in pyproject.toml
	@scripts/setup.sh tests
	@$(python) -m pytest -q -n 2 --dist loadscope --no-loadscope-reorder --cov --cov-report=term

test-slow: ## the tests of minutes and of large volumes
	@scripts/setup.sh tests
	@$(python) -m pytest -q -m "slow or scale"

test-spark: setup ## every study on DuckDB and on Spark, row for row (needs Java 17)
	@$(python) scripts/spark.py
	@$(python) -m pytest -q -m small_spark
	@$(python) -m pytest -q -m spark

test-oidc: ## log-in by OpenID Connect against a certified provider, in Chromium (needs Node)
	@scripts/setup.sh tests
	@npm ci --prefix tests/dashboards/openid/certified --silent --no-audit --no-fund --ignore-scripts
	@$(python) -m pytest -q -m oidc

belgium: setup ## the whole country: 11.7 M persons, the stroke-care run and its release (6 minutes, 8 GB of disk)
	@$(python) -m benchmarks.belgium

bench-generation: setup ## generation beside its floor, numpy, Faker and SDV (installs those two apart)
	@test -x .workbench/peers/bin/python || $(python) -m venv .workbench/peers
	@.workbench/peers/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 sdv faker || echo "not all peers could be installed"
	@$(python) -m benchmarks.generation

PERSONS ?= 1000000
SIZES ?= 100000 1000000
AGAINST ?= sql steps limited polars pandas

bench-study: setup ## the stroke study beside the same by hand (PERSONS=1000000 AGAINST="sql steps limited polars pandas")
	@$(python) -m pip install --quiet --disable-pip-version-check "polars>=2.1,<3"
	@$(python) -m workbench synth --persons $(PERSONS) --out data/bench-$(PERSONS)
	@$(python) -m benchmarks.study data/bench-$(PERSONS) --against $(AGAINST)

bench-tables: setup ## protected tables beside those of tau-Argus (installs pytauargus apart)
	@test -x .workbench/peers-tables/bin/python || $(python) -m venv .workbench/peers-tables
	@.workbench/peers-tables/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: pytauargus==0.6.0
	@$(python) -m benchmarks.table_peers

bench-pseudonyms: setup ## four keyed pseudonyms for 11.7 M identifiers beside a loop of hmac.digest
	@$(python) -m benchmarks.pseudonyms

bench-spark: setup ## the stroke study on DuckDB, on Spark and on a cluster of two workers (SIZES="100000 1000000")
	@$(python) scripts/spark.py
	@$(python) -m benchmarks.spark $(SIZES)

INPUTS ?= 1000000

fuzz: setup ## wrong files for every parser, a million of them (INPUTS=1000000)
	@$(python) -m tests.fuzz --inputs $(INPUTS)

bench-load: setup ## fifty people on report pages at once, and the memory after a thousand sessions
	@$(python) -m benchmarks.load

supply := .workbench/supply/bin/python

$(supply):
	@$(python) -m venv .workbench/supply
	@$(supply) -m pip install --quiet --disable-pip-version-check --only-binary :all: cyclonedx-bom==7.5.0 pip-audit==2.10.1

sbom: setup $(supply) ## the list of all libraries with their hashes, as CycloneDX (installs its tool apart): sbom.json
	@.workbench/supply/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible -o sbom.json

audit-libraries: setup $(supply) ## known holes in the libraries of the lock; asks a public database of them, so it needs the internet
	@.workbench/supply/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip --strict --progress-spinner off

lint: setup ## ruff and mypy alone
	@$(python) -m ruff check .
	@$(python) -m mypy

lab: setup ## JupyterLab on the notebooks
	@$(python) -m workbench lab

pinned := --universal --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

lock: setup ## newest versions that pyproject.toml allows, with hashes and no addresses
	@$(python) -m uv pip compile pyproject.toml --extra dev $(pinned) --quiet -o requirements.lock
	@echo "pyspark>=4.0.5,<4.1" | $(python) -m uv pip compile - $(pinned) --quiet -o requirements-spark.lock

clean: ## remove .venv, caches and builds; data, runs and releases stay
	@rm -rf .venv .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
	@find workbench dashboards tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
