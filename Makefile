# `make booklet` and `make test` do all the set-up there is (scripts/setup; nothing to do the second time).
# Written for GNU make 3.81, which macOS has.

PROFILE ?= beginner
ARGS ?=

python := .venv/bin/python
# macOS takes DYLD_* away from /bin/sh, so Homebrew's folder is named in front of each command that prints.
ifeq ($(shell uname -s),Darwin)
  python := DYLD_FALLBACK_LIBRARY_PATH="$$(brew --prefix 2>/dev/null || echo /opt/homebrew)/lib:/usr/local/lib:/usr/lib" $(python)
endif

.PHONY: help booklet site check test test-all test-site coverage lint stamps choices attack bench golden lock clean setup setup-dev
.DEFAULT_GOAL := help

help: ## what can be made
	@echo 'make TARGET [PROFILE=beginner] [ARGS="--race-date 2027-06-12"]'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1	\2/p' Makefile

booklet: setup ## the booklet of PROFILE, with its web page, in output/; ARGS go to build.py (a quick try: output-try/)
	@$(python) build.py --profile "$(PROFILE)" $(ARGS)

site: setup ## every profile and the start page, in output/
	@$(python) build.py --all $(ARGS)

check: setup ## look for mistakes in content/, build nothing
	@$(python) -m milebook check $(ARGS)

test: setup-dev lint ## lint, then the tests that a change needs, on two cores; ARGS go to pytest
	@$(python) -m pytest -n 2 --no-loadscope-reorder -m "not thorough" $(ARGS)

test-all: setup-dev lint ## lint, then every test: kills, interrupts, lost workers and random athletes, too
	@$(python) -m pytest -n 2 --no-loadscope-reorder $(ARGS)

test-site: setup-dev ## the pages of output/ in a browser, whatever your content: axe-core, HTML checker, nothing from elsewhere
	@scripts/browser-tools || true
	@$(python) -m pytest --site output tests/browser/test_every_page.py $(ARGS)

coverage: setup-dev ## every test, and which lines none of them runs: twice as long
	@$(python) -m pytest -n 2 --no-loadscope-reorder --cov=milebook --cov-report=term-missing:skip-covered $(ARGS)

lint: setup-dev ## style, types and the layers of the imports
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m mypy
	@.venv/bin/lint-imports

stamps: setup-dev ## 240 random athletes' stamped booklets against full layouts, half an hour
	@MILEBOOK_ATHLETES=240 $(python) -m pytest tests/test_stamped_athletes.py $(ARGS)

choices: setup-dev ## 2,080 random choices on "Make it yours" in a browser against builds, ten minutes
	@MILEBOOK_CHOICES=2080 $(python) -m pytest tests/browser/test_yours.py -k what_a_build_prints $(ARGS)

attack: setup-dev ## attack it in a sandbox: hostile input, kills, full disks, links; ten minutes, or ATTACK_SECONDS=60
	@PYTHONPATH=tests $(python) -m attack

bench: setup-dev ## how fast it is, beside Typst, Chromium and plain WeasyPrint; twenty minutes, or ARGS=--quick
	@$(python) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/bench.txt
	@$(python) benchmarks/run.py $(ARGS)

golden: setup-dev ## rewrite tests/golden; review the difference before committing it
	@$(python) -m pytest --update-golden $(ARGS)

lock: setup-dev ## newest versions into requirements/
	@$(python) -m pip install --quiet --disable-pip-version-check uv
	@$(lock) pyproject.toml -o requirements/runtime.txt
	@$(lock) pyproject.toml --group dev -o requirements/dev.txt
	@echo 'typst>=0.15' | $(lock) - -o requirements/bench.txt
lock = $(python) -m uv pip compile -q --upgrade --universal --generate-hashes --no-strip-extras --python-version 3.11 --no-header

clean: ## remove what was made; the set-up in .venv stays
	rm -rf output output-try dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

setup:
	@scripts/setup runtime
setup-dev:
	@scripts/setup dev
