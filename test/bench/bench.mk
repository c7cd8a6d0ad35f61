# The targets that measure: benchmarks against other software, the tables and pictures of the documentation. The Makefile
# includes this file; paths are relative to the root. A result that others take part in says who was absent.

##@ Benchmarks (results in build/; `make figures` publishes them)

.PHONY: bench bench-startup bench-training bench-inference bench-serve bench-scaling bench-data bench-drift fuzz reloads numpy peers

# PARTS="training inference data startup scaling serve drift" chooses; all take a quarter of an hour. A peer that is not
# installed is reported as absent. FMNIST_PEERS names another Python that has them.
bench: dist/.built numpy ## all of these in one table; PARTS="data serve" for some
	node dist/test/bench/bench.js $(PARTS)

bench-startup: dist/.built ## time of --help, against bare node
	node dist/test/bench/startup.js

bench-training: dist/.built ## training speed, against PyTorch and Keras
	node dist/test/bench/training.js

bench-inference: dist/.built ## inference in batches and image by image, likewise
	node dist/test/bench/inference.js

bench-serve: dist/.built ## fmnist-serve against FastAPI and PyTorch
	node dist/test/bench/serve.js

fuzz: dist/.built ## 10,000 damaged requests to a service: statuses, memory
	node dist/test/bench/fuzz.js

reloads: dist/.built ## 100 reloads of a service under load: failures, losses
	node dist/test/bench/reloads.js

bench-scaling: dist/.built ## training on one thread and on two
	node dist/test/bench/scaling.js

# A gigabyte and more, for comparison only: fmnist itself does not need Python.
peers: build/peers/.made ## install the software to compare with (Python)
build/peers/.made: test/bench/peers/requirements.txt
	python3 -m venv build/peers
	build/peers/bin/pip install --quiet -r $<
	touch $@

# NumPy alone is small, and has an environment of its own; where that cannot be made, it is reported as absent.
numpy:
	@test -n "$$FMNIST_PEERS" || build/numpy/bin/python -c 'import numpy' 2> /dev/null \
	  || { python3 -m venv build/numpy && build/numpy/bin/pip install --quiet numpy; } \
	  || echo 'no NumPy could be installed'

# Its verdicts are compared on the windows that `make power` has left.
bench-drift: dist/.built ## fmnist-drift on a million rows, against Evidently
	node dist/test/bench/drift.js

bench-data: dist/.built numpy ## speed and memory of stats, norm, cat, against NumPy
	node dist/test/bench/data.js --python build/numpy/bin/python $(BENCH)

##@ Experiments (hours; ended at any point, the same command resumes)

.PHONY: recipes refit ablation time-to-accuracy power

# The sets for training, validation and test.
TRAIN ?= build/train.idx
VALIDATION ?= build/validation.idx
TEST ?= build/test.idx
sets = --train $(TRAIN) --validation $(VALIDATION)
SEEDS ?= 5
LIMIT_MINUTES ?= 12

# SEEDS=5 is the number of seeds. RECIPES="fast default" chooses; all but deep and best unless named. ROUNDS=1 goes on from
# where they ended; ANEW=1 trains published models too; PUBLISHED=1 adds their ensemble.
recipes: dist/.built $(TRAIN) $(VALIDATION) $(TEST) ## the table of recipes
	node dist/test/bench/recipes.js $(sets) --test $(TEST) --seeds $(SEEDS) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ANEW),--anew) $(if $(PUBLISHED),--published) $(RECIPES)

# The recipes that validation has chosen, trained on its images too. A teacher is that of `make recipes`.
ALL ?= build/train-all.idx
refit: dist/.built $(ALL) $(TRAIN) $(VALIDATION) $(TEST) ## RECIPES=best trained on the validation images too
	node dist/test/bench/recipes.js $(sets) --test $(TEST) --refit $(ALL) --seeds $(SEEDS) $(or $(RECIPES),best)

# The parts are listed in test/bench/ablation.json; LIST names another list.
ablation: dist/.built $(TRAIN) $(VALIDATION) build/model.onnx ## the effect of each part of a recipe
	node dist/test/bench/ablation.js $(sets) --seeds $(SEEDS) $(if $(LIST),--list $(LIST))

# LIMIT_MINUTES=12 for each contender.
time-to-accuracy: dist/.built $(TRAIN) $(VALIDATION) ## accuracy by time, against PyTorch and Keras
	node dist/test/bench/time-to-accuracy.js $(sets) --limit-minutes $(LIMIT_MINUTES) $(CONTENDERS)

# The images of the reference must not be among those that the model was trained on, nor among those drawn.
POWER_MODEL ?= build/model.onnx
power: dist/.built $(POWER_MODEL) $(VALIDATION) $(TEST) ## how soon drift is found, and false alarms (5 minutes)
	node dist/test/bench/power.js --reference $(VALIDATION) --images $(TEST) --model $(POWER_MODEL)

##@ Figures and pictures of the documentation

.PHONY: figures pictures picture-of-page picture-of-drift

# Writes records into test/bench/results/, pictures into man/pictures/, tables into docs/figures.md.
figures: dist/.built ## publish the results: docs/figures.md and its pictures
	node dist/test/bench/publish.js

pictures: all ## README's report, and the pictures of `make all`
	fmnist-show --count 30 --columns 15 --zoom 2 -o man/pictures/images.png build/test.idx
	cp build/confusion.png build/training.svg man/pictures/
	node dist/test/examples/report.js build/report.txt

# These need Chromium (CHROMIUM names another than /usr/bin/chromium).
picture-of-page: build/model.onnx ## the page of fmnist-serve (Chromium)
	node dist/test/examples/screenshot.js build/model.onnx man/pictures/page.png

picture-of-drift: build/validation.idx build/test.idx ## a page of fmnist-drift (Chromium)
	node dist/test/examples/drift-page.js build/validation.idx build/test.idx man/pictures/drift.png
