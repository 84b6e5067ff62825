# `make run` shows what Ranvier does on a real recording; `make test` runs every test. Both install what is missing.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

.PHONY: help setup release dev run test bench capacity fuzz conformance format lint docs peers clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 20

setup:
	@tools/setup.sh

release: setup
	@cmake --preset release -DRANVIER_PYTHON=ON -DPython_EXECUTABLE=$(CURDIR)/$(PYTHON) > build-release.log 2>&1 \
		|| { cat build-release.log; exit 1; }; rm -f build-release.log
	@cmake --build --preset release

dev: setup
	@cmake --preset dev -DRANVIER_PYTHON=ON -DPython_EXECUTABLE=$(CURDIR)/$(PYTHON)
	@cmake --build --preset dev

run: release  ## set up, build, analyse a real EEG recording (out/report.html) and a neuron (out/model.html)
	@build/release/cli/ranvier demo --overwrite

test: dev  ## set up, build and run every test
	@$(PYTHON) tools/run_tests.py --build build/dev

peers: setup  ## the environment .venv-peers of other people's packages, for conformance and benchmarks
	@tools/peers.sh

conformance: release peers  ## compare with MNE-Python, edfio and others; MNE=folder, BRIAN2=folder run those packages' own tests
	@export PYTHONPATH=$(CURDIR)/build/release/python; if [ -n "$(MNE)" ]; then \
		.venv-peers/bin/python tools/mne_tally.py "$(MNE)" $(ARGS); \
	elif [ -n "$(BRIAN2)" ]; then .venv-peers/bin/python tools/brian_tally.py "$(BRIAN2)" $(ARGS); \
	else .venv-peers/bin/python -m pytest -q -p no:cacheprovider tests/conformance; fi

bench: release peers  ## speed beside the peers, each answer checked first
	@cmake --preset release -DRANVIER_BENCHMARKS=ON > /dev/null && cmake --build --preset release
	@export PYTHONPATH=$(CURDIR)/build/release/python; status=0; \
		for question in benchmarks/*/run.py benchmarks/meeg/limits.py; do \
			echo "== $$question"; .venv-peers/bin/python $$question || status=1; \
		done; \
		for program in build/release/benchmarks/*/benchmark_*; do \
			if [ -x $$program ] && [ -f $$program ]; then echo "== $$program"; $$program || status=1; fi; \
		done; \
		echo "== scipy"; .venv-peers/bin/python benchmarks/trajectories/lorenz_scipy.py || status=1; \
		echo "== memory"; .venv-peers/bin/python benchmarks/hopfield_capacity/capacity.py --quick || status=1; exit $$status

capacity: release peers  ## how many patterns a memory of 10,000 units holds (half an hour)
	@PYTHONPATH=$(CURDIR)/build/release/python .venv-peers/bin/python benchmarks/hopfield_capacity/capacity.py

fuzz: setup  ## every reader under address and undefined-behaviour sanitizers (MINUTES=10)
	@$(PYTHON) tools/fuzz.py --minutes $(or $(MINUTES),10)

format: setup  ## lay out C++ sources
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

lint: setup  ## layout, floors and warnings without changing anything
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run -Werror
	@$(PYTHON) tools/check_layers.py
	@$(PYTHON) -m ruff check python tools tests benchmarks examples
	@cd viewer && npm run --silent lint

docs: dev  ## run the code of the documentation
	@PYTHONPATH=$(CURDIR)/build/dev/python $(PYTHON) -m pytest -q -p no:cacheprovider tests/docs

clean:  ## remove what was built
	rm -rf build out viewer/dist
