# `make demo` opens the shop, `make test` checks everything; each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VENDOR := src/allstore/web/static/vendor/htmx.min.js \
	src/allstore/web/static/vendor/swagger-ui-bundle.js \
	src/aisle/charts/static/vendor/echarts.common.min.js
JS_DEV := node_modules/.dev
PEERS := benchmarks/.peers
# Options that find the build of PyTorch for CPUs alone, such as --extra-index-url, where the usual
# index has only the one with libraries for GPUs.
TORCH ?=
# Files as they come, so that the many short ones at the end fill up both processes.
SHARED := --dist loadfile --no-loadscope-reorder
NPM := scripts/npm.sh $(BIN)
PIP := $(BIN)/pip --disable-pip-version-check -q

.PHONY: demo workshop test test-all lint format bench bench-quality bench-training peers screenshots static clean

demo: $(VENV)/.runtime $(VENDOR) ## Simulate a store, train its recommenders, open the shop
	$(BIN)/aisle demo $(DEMO)

workshop: $(VENV)/.workshop ## The guided notebooks, in JupyterLab
	$(BIN)/jupyter lab --ServerApp.root_dir=docs/workshop $(WORKSHOP)

test: $(VENV)/.dev $(VENDOR) $(JS_DEV) ## Every test that fits in minutes, in a real browser too
	scripts/browser.sh
	$(BIN)/pytest -n 2 $(SHARED) $(TESTS)

test-all: $(VENV)/.dev $(VENDOR) $(JS_DEV) ## The long ones as well, and other examples each time
	scripts/browser.sh
	$(BIN)/pytest -n 2 $(SHARED) -m "" --hypothesis-profile explore $(TESTS)

lint: $(VENV)/.dev ## Style, types, and that imports point down only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## Numbers, as tables, in minutes; AISLE_TEST_DATA names the data sets
	$(BIN)/python -m benchmarks.quality --quick
	$(BIN)/python -m benchmarks.training --quick --models ease aisle --most-events 1000000
	$(BIN)/python benchmarks/data_in.py
	$(BIN)/python benchmarks/loading.py
	$(BIN)/python benchmarks/simulator.py
	$(BIN)/python -m benchmarks.shop.experiments --runs 100
	$(BIN)/python -m benchmarks.serving.catalogue
	$(BIN)/python -m benchmarks.serving.filters
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.serving.scoring
	$(BIN)/python -m benchmarks.shop.search
	$(BIN)/python -m benchmarks.shop.pages

bench-quality: $(VENV)/.dev peers ## Hours: beside peers and published numbers, into docs/benchmarks.md
	$(BIN)/python -m benchmarks.quality $(QUALITY)
	$(BIN)/python -m benchmarks.quality.ablation
	$(BIN)/python -m benchmarks.page > docs/benchmarks.md

bench-training: $(VENV)/.dev peers ## Hours: time to quality beside peers, and cost as events grow
	$(BIN)/python -m benchmarks.training $(TRAINING)
	$(BIN)/python -m benchmarks.page > docs/benchmarks.md

peers: $(PEERS)/rectools/.installed $(PEERS)/others/.installed ## Other libraries, for comparison alone

# RecTools has an environment of its own: it pins older libraries and brings a fork of implicit.
$(PEERS)/%/.installed: benchmarks/peers/requirements-%.txt
	@echo "Installing the peers of $<; PyTorch takes a while."
	@scripts/venv.sh $(PYTHON) $(PEERS)/$*
	@$(PEERS)/$*/bin/pip --disable-pip-version-check -q install $(TORCH) -r $<
	@touch $@

$(VENV)/bin/python:
	@scripts/venv.sh $(PYTHON) $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing what the product needs; the first time takes a minute or two."
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing what the product and its tests need; the first time takes some minutes."
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.runtime

$(VENV)/.workshop: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing what the product needs, and JupyterLab; the first time takes some minutes."
	@$(PIP) install -c constraints.txt -e '.[workshop]'
	@touch $@ $(VENV)/.runtime

screenshots: $(VENV)/.dev ## Pictures of a demo that runs, for the README; SHOP=http://127.0.0.1:8080 is another one
	scripts/browser.sh
	$(BIN)/python scripts/screenshots.py $(or $(SHOP),http://127.0.0.1:8000)

static: $(VENDOR) ## The JavaScript that pages and reports load

$(VENDOR): package.json package-lock.json scripts/vendor.js scripts/npm.sh $(VENV)/.runtime
	@$(NPM) ci --silent --no-audit --no-fund --ignore-scripts --omit=dev
	@$(NPM) run --silent build

# The AWS SDK for JavaScript and axe-core, for the tests alone. The rule above takes them away with
# its stamp.
$(JS_DEV): $(VENDOR)
	@$(NPM) ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

clean:
	rm -rf $(VENV) node_modules $(sort $(dir $(VENDOR))) demo-data
