# fmnist: build, test and run the pipeline. `make help` lists the targets; benchmarks are in test/bench/bench.mk.

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

# A line `##@ GROUP` opens a group of `make help`; `## TEXT` behind a target says what it does.
##@ Help

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^##@ /{group = substr($$0, 5)} \
	  /^[a-z-]+:.*## /{if (group) print gap group; group = ""; gap = "\n"; printf "  %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Build

# Through a link, `npm ci` would empty the folder of whoever owns it.
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

.PHONY: all demo report
all: build/stats.ndjson build/training.svg build/confusion.png build/report.txt build/report.html ## fetch, train, evaluate: everything into build/
demo: build/demo/stats.ndjson build/demo/training.svg build/demo/confusion.png build/demo/report.txt build/demo/report.html ## the same on generated images, into build/demo/

report: build/model.onnx ## print the accuracy and the confusion matrix again
	@fmnist-eval --confusion < build/predictions.ndjson

# $(call pipeline,FOLDER,FETCH OPTIONS,RECIPE,IMAGES TO VALIDATE ON)
# Each file depends on what it is made of. The programs are tools and not ingredients: a change
# to one makes nothing anew by itself (`make clean` does).
define pipeline
$(1)/train-all.idx: | dist/.built
	@mkdir -p $(1)
	fmnist-fetch train $(2) -o $$@

$(1)/test.idx: | dist/.built
	@mkdir -p $(1)
	fmnist-fetch test $(2) -o $$@

$(1)/train.idx: $(1)/train-all.idx
	fmnist-split --validation $(4) --out-validation $(1)/validation.idx -o $$@ $$<

# Comes with the file it depends on.
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

# The end of the pipeline, for people: kept as text, and shown.
$(1)/report.txt: $(1)/predictions.ndjson $(1)/evaluation.ndjson | $(1)/report.html
	fmnist-eval --confusion --format text -o $$@ < $$<
	@fmnist-eval --confusion --format text < $$<

# Everything on one page; with ROBUSTNESS=500, what the model makes of 500 corrupted images as well.
$(1)/report.html: $(1)/predictions.ndjson $(1)/evaluation.ndjson $(1)/train.ndjson $(1)/validation.idx
	fmnist-report $$(if $$(ROBUSTNESS),--robustness $$(ROBUSTNESS)) -o $$@ $(1)
endef

$(eval $(call pipeline,build,,default,5000))
$(eval $(call pipeline,build/demo,--source synthetic,default,600))

##@ Retraining

# One turn of the loop: has what the service is asked drifted; what of it has been labelled since;
# train on from the model in service with that mixed in; two gates; hand over. All of it can be set.
FOLDER ?= build
SERVED ?= $(FOLDER)/model.onnx
LOG ?= $(FOLDER)/served.ndjson
DRIFT ?= --alpha 0.01
TRAINING ?= --recipe default --set epochs=3
# Share of the newly labelled images that is kept to evaluate on, and how often the others count.
JUDGE ?= 0.3
REPEAT ?= 1
# On newly labelled images it must be better; on the old validation images not worse than this.
GATE_NEW ?= --class-margin 0.2
GATE_OLD ?= --margin 0.01
# Service to hand over to: a process, or an address and the file of its admin token; with both, the process is told, and
# the address asked for the model it answers with. And how many seconds it may take.
SERVICE_PID ?=
SERVICE ?=
ADMIN_TOKEN_FILE ?=
PATIENCE ?= 60
turn := $(FOLDER)/retrain
reference := $(FOLDER)/reference.sketch

# None of these depends on the files of the pipeline above: a turn makes nothing of it anew.
.PHONY: drift retrain begin-turn reference hand-over report-page
drift: reference ## has LOG=build/served.ndjson drifted from the reference?
	fmnist-drift $(DRIFT) $(reference) $(LOG)

retrain: | dist/.built ## if so: train on, pass two gates, hand over to SERVICE_PID
	@if test -f $(turn)/passed && ! test -f $(turn)/handed-over; \
	then echo 'going on with the hand-over of $(turn)'; target=hand-over; \
	else target=begin-turn; fi; \
	$(MAKE) --no-print-directory -o dist/.built $$target

# The turn before stays, named by the model that it replaced.
begin-turn: reference
	@if test -f $(turn)/handed-over; then digest=$$(sha256sum < $(turn)/previous.onnx); kept=$(turn)-$${digest:0:12}; \
	while test -e $$kept; do kept=$$kept+; done; mv $(turn) $$kept; fi
	@rm -rf $(turn) && mkdir $(turn)
	@status=0; fmnist-drift $(DRIFT) -o $(turn)/drift.ndjson $(reference) $(LOG) || status=$$?; \
	case $$status in \
	0) echo 'no drift: nothing to do';; \
	3) echo 'drift: retraining in $(turn)'; $(MAKE) --no-print-directory -o dist/.built hand-over;; \
	*) exit $$status;; \
	esac

report-page: ## FOLDER=build on one page; ROBUSTNESS=500: corruption too
	fmnist-report $(if $(ROBUSTNESS),--robustness $(ROBUSTNESS)) -o $(FOLDER)/report.html $(FOLDER)

# Made where it is not there or older than the model; a turn writes another (below).
reference: | dist/.built
	@if test $(SERVED) -nt $(reference); then set -x; \
	fmnist-predict $(SERVED) $(FOLDER)/validation.idx | fmnist-drift --sketch -o $(reference) $(FOLDER)/validation.idx -; fi

$(turn)/labelled.idx:
	fmnist-cat --distinct -o $@ $(LOG)

$(turn)/new.idx: $(turn)/labelled.idx
	fmnist-split --validation $(JUDGE) --out-validation $(turn)/judge.idx -o $@ $<

# A tenth of either is held out to choose the epoch by, before anything is repeated.
$(turn)/mix.idx: $(turn)/new.idx
	fmnist-split --validation 0.1 --out-validation $(turn)/held-new.idx -o $(turn)/train-new.idx $<
	fmnist-split --validation 0.1 --out-validation $(turn)/held-old.idx -o $(turn)/train-old.idx $(FOLDER)/train.idx
	fmnist-cat -o $(turn)/held.idx $(turn)/held-old.idx $(turn)/held-new.idx
	fmnist-cat -o $@ $(turn)/train-old.idx $(foreach time,$(shell seq $(REPEAT)),$(turn)/train-new.idx)
	rm $(turn)/held-new.idx $(turn)/train-new.idx $(turn)/held-old.idx $(turn)/train-old.idx

$(turn)/model.onnx: $(turn)/mix.idx
	fmnist-train $(TRAINING) --init $(SERVED) --validation $(turn)/held.idx --log $(turn)/train.ndjson -o $@ $<

# The answer no ends the turn here, and leaves the report. Passed holds the digest of the model that was compared.
$(turn)/passed: $(turn)/model.onnx
	sha256sum < $(SERVED) > $(turn)/compared
	fmnist-compare $(GATE_NEW) -o $(turn)/comparison-new.ndjson $(SERVED) $< $(turn)/judge.idx
	fmnist-compare $(GATE_OLD) -o $(turn)/comparison-old.ndjson $(SERVED) $< $(FOLDER)/validation.idx
	mv $(turn)/compared $@

# The hand-over. Every step can be taken twice, and leaves a file behind when it is over: after a failure, whatever it
# was, `make retrain` does what is left. Files appear whole, under their names at once.
hand-over: $(turn)/handed-over

$(turn)/previous.onnx: $(turn)/passed
	@now=$$(sha256sum < $(SERVED)); test "$$now" = "$$(cat $<)" || { echo '$(SERVED) is another model than the one \
	that the gates compared: nothing is handed over; rm -r $(turn) for another turn' >&2; exit 1; }
	cp $(SERVED) $@.new
	mv $@.new $@

# What the new model was judged on is what it is asked from now on.
$(turn)/judged.ndjson: $(turn)/passed
	fmnist-predict -o $@ $(turn)/model.onnx $(turn)/judge.idx

$(turn)/reference.sketch: $(turn)/judged.ndjson
	fmnist-drift --sketch -o $@ $(turn)/judge.idx $<

$(turn)/replaced: $(turn)/previous.onnx $(turn)/reference.sketch
	@now=$$(sha256sum < $(SERVED)); old=$$(sha256sum < $(turn)/previous.onnx); new=$$(sha256sum < $(turn)/model.onnx); \
	if test "$$now" = "$$new"; then echo '$(SERVED) is the new model'; \
	elif test "$$now" = "$$old"; then set -x; cp $(turn)/model.onnx $(SERVED).new; mv $(SERVED).new $(SERVED); \
	else echo '$(SERVED) is neither the model that the gates compared nor the new one: it stays; \
	rm -r $(turn) for another turn' >&2; exit 1; fi
	touch $@

$(turn)/noted: $(turn)/replaced
	@if test $(SERVED) = $(FOLDER)/model.onnx; then set -x; \
	cp $(turn)/train.ndjson $(FOLDER)/train.ndjson.new; mv $(FOLDER)/train.ndjson.new $(FOLDER)/train.ndjson; fi
	cp $(turn)/reference.sketch $(reference).new
	mv $(reference).new $(reference)
	touch $@

# The service writes on into the log that was moved, until it is told; it then begins a new one.
$(turn)/rotated: $(turn)/noted
ifneq ($(SERVICE_PID)$(SERVICE),)
	@if test -e $(LOG) && ! test -e $(turn)/served.ndjson; then set -x; mv $(LOG) $(turn)/served.ndjson; fi
endif
	touch $@

as_admin = $(if $(ADMIN_TOKEN_FILE),-H "Authorization: Bearer $$(head -n 1 $(ADMIN_TOKEN_FILE))")

$(turn)/handed-over: $(turn)/rotated
ifneq ($(SERVICE_PID),)
	kill -HUP $(SERVICE_PID)
else ifneq ($(SERVICE),)
	curl --fail-with-body --silent --show-error -X POST $(as_admin) $(SERVICE)/v1/admin/reload
else
	@echo '$(SERVED) is new; no service was named to be told'
endif
ifneq ($(SERVICE),)
	@digest=$$(sha256sum < $(turn)/model.onnx); version=$${digest:0:12}; \
	for second in $$(seq 0 $(PATIENCE)); do \
	if models=$$(curl --fail-with-body --silent --show-error $(as_admin) $(SERVICE)/v1/models) && [[ $$models == *"\"version\":\"$$version\""* ]]; \
	then echo "the service answers with $$version"; touch $@; exit 0; fi; sleep 1; done; \
	echo "$(SERVICE) does not answer with model $$version after $(PATIENCE) s: $$models" >&2; exit 1
else ifneq ($(SERVICE_PID),)
	@for second in $$(seq 0 $(PATIENCE)); do \
	if test -e $(LOG); then echo 'the service has begun a new log; with SERVICE=URL its model would be looked at'; touch $@; exit 0; fi; \
	kill -0 $(SERVICE_PID); sleep 1; done; \
	echo 'process $(SERVICE_PID) has not begun $(LOG) anew after $(PATIENCE) s; a service that logs there was expected' >&2; exit 1
else
	touch $@
endif

##@ Test

.PHONY: test test-real cases lint lint-man style examples check coverage
test: dist/.built ## every test (CI=true: those on the real data set too)
	node dist/test/run.js $(TESTS)

test-real: dist/.built ## the tests on Fashion-MNIST itself, fetched first
	node dist/test/run.js real/

cases: dist/.built ## record the black-box cases anew (CASES=word); read the diff
	UPDATE_CASES=1 node dist/test/cases/cases.test.js

lint: node_modules/.package-lock.json ## style of the code
	npx biome check --error-on-warnings .

# mandoc looks for the pages we refer to among those installed; that they are here is a test's matter.
lint-man: ## style of the manual pages, where mandoc(1) is
	@if command -v mandoc > /dev/null; then \
	  found=$$(mandoc -T lint man/fmnist*.[157] 2> /dev/null | grep -v 'referenced manual not found' || true); \
	  test -z "$$found" || { echo "$$found"; exit 1; }; \
	else echo 'SKIPPED: no mandoc(1) to check the manual pages with'; fi

style: lint lint-man ## both

examples: dist/.built ## run the examples of README, docs/ and the manual
	node dist/test/examples/run.js

check: style test examples ## all that must hold before a change goes in

coverage: dist/.built ## lines of src/ that the tests run; fails under 95 %
	npx c8 --all --src src --include 'src/**' --exclude-after-remap $$(node dist/test/types-only.js) \
	  --lines 95 --check-coverage \
	  --reporter text-summary --reporter html node dist/test/run.js

##@ Install

.PHONY: install uninstall dist clean distclean
home := $(DESTDIR)$(PREFIX)/lib/fmnist
bindir := $(DESTDIR)$(PREFIX)/bin
mandir := $(DESTDIR)$(PREFIX)/share/man
pages = $(foreach section,1 5 7,$(wildcard man/*.$(section)))

install: dist/.built ## into PREFIX (/usr/local), below DESTDIR
	rm -rf $(home)
	mkdir -p $(home) $(bindir)
	tar -cf - --exclude='*.map' --exclude='src/serve/web/*.ts' bin dist/src man docs src/train/recipes src/serve/web src/serve/deploy package.json README.md LICENSE | tar -xf - -C $(home)
	npm ls --all --omit=dev --parseable | sed -n 's|^$(CURDIR)/||p' \
	  | tar -cf - -T - | tar -xf - -C $(home)
	find $(home)/node_modules/onnxruntime-node/bin -mindepth 2 -maxdepth 3 -type d \
	  | grep -v "/$$(node -p 'process.platform')\(/$$(node -p 'process.arch')\)\?$$" | xargs rm -rf
	for program in bin/*; do ln -sf ../lib/fmnist/$$program $(bindir)/; done
	mkdir -p $(mandir)/man1 $(mandir)/man5 $(mandir)/man7
	for page in $(pages); do install -m 644 $$page $(mandir)/man$${page##*.}/; done

uninstall: ## what install has put there
	for program in bin/*; do rm -f $(bindir)/$${program##*/}; done
	for page in $(pages); do rm -f $(mandir)/man$${page##*.}/$${page##*/}; done
	rm -rf $(home)

dist: dist/.built ## the npm package
	npm pack

clean: ## all that was made, but the installed packages
	rm -rf dist build coverage fmnist-*.tgz

distclean: clean ## and the installed packages
	rm -rf node_modules

include test/bench/bench.mk
