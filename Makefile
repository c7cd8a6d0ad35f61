# fmnist: build, test and run the pipeline. `make help` lists the targets.

SHELL := bash
.SHELLFLAGS := -o pipefail -ec
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# onnxruntime-node carries its CPU library; its install script would only fetch CUDA's.
export ONNXRUNTIME_NODE_INSTALL := skip

sources := $(shell find src test fixtures -name '*.ts')

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 16

# --- build -----------------------------------------------------------------

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	touch $@

dist/.built: node_modules/.package-lock.json tsconfig.json $(sources)
	npx tsc
	node dist/src/cli/bake.js
	touch $@

.PHONY: build
build: dist/.built ## install packages and compile

# --- test ------------------------------------------------------------------

.PHONY: test cases lint
test: dist/.built ## every test; ends in `N passed, N failed`
	node dist/test/run.js $(TESTS)

cases: dist/.built ## record the black-box cases anew (CASES=word for some); read the diff
	UPDATE_CASES=1 node dist/test/cases/cases.test.js

lint: node_modules/.package-lock.json ## style
	npx biome check --error-on-warnings .
