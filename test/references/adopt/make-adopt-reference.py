"""
Models of other tools, and what these tools themselves predict: the references of fmnist-adopt.

    pip install numpy torch onnxscript keras scikit-learn skl2onnx lightgbm xgboost onnxmltools onnx
    python make-adopt-reference.py FOLDER                       small ones, kept in this folder
    python make-adopt-reference.py FOLDER TRAIN.idx TEST.idx    of a real data set, of the usual size

Writes the models to FOLDER, images.idx, and expected.json: for each, the options that fmnist-adopt takes and the probabilities of
the first images of the test set; or, under "refused", what fmnist-adopt has to say. A tool that is not installed is
passed over.

Small images: 6 x 5 pixels, three classes (a bar above, in the middle, below), bytes by a fixed generator. Of small models
the places in the exporter's source, which the second exporter of PyTorch writes beside each node, are left out.
"""

import json
import os
import struct
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")
import numpy as np  # noqa: E402

folder = sys.argv[1]
real = len(sys.argv) > 3
os.makedirs(folder, exist_ok=True)
expected = {}


def read_idx(path):
    """The images and labels of a labelled stream: annotation (u8, rank 1), labels, images."""
    data = open(path, "rb").read()
    at, labels, images = 0, None, None
    while at < len(data):
        rank = data[at + 3]
        shape = struct.unpack(f">{rank}I", data[at + 4 : at + 4 + 4 * rank])
        kind, at = data[at + 2], at + 4 + 4 * rank
        size = int(np.prod(shape))
        values = np.frombuffer(data, np.uint8, size, at).reshape(shape)
        at += size
        if rank == 3:
            images = values
        elif kind == 8:
            labels = values
    return images, labels.astype(np.int64)


def made(count, seed):
    """Bars of three places on noise; a linear congruential generator, so that they are the same anywhere."""
    state = seed
    images = np.zeros((count, 6, 5), np.uint8)
    for i in range(count):
        for p in range(30):
            state = (state * 1103515245 + 12345) % 2**31
            images[i, p // 5, p % 5] = (state >> 16) % 100
        row = 2 * (i % 3)
        images[i, row : row + 2] += 120
    return images, np.arange(count) % 3


(train_x, train_y), (test_x, test_y) = (
    (read_idx(sys.argv[2]), read_idx(sys.argv[3])) if real else (made(240, 1), made(24, 2))
)
if real:
    train_x, train_y = train_x[:20000], train_y[:20000]
rows, columns = train_x.shape[1:]
classes = int(train_y.max()) + 1
shown = test_x[: 200 if real else 6]
mean, std = 0.2860, 0.3530


def keep(name, options, probabilities=None, refused=None, accuracy=None):
    entry = {"options": options}
    if probabilities is not None:
        p = np.asarray(probabilities, np.float64)
        entry["probabilities"] = [[float(f"{v:.6g}") for v in row] for row in p]
    if refused is not None:
        entry["refused"] = refused
    if accuracy is not None:
        entry["accuracy"] = float(accuracy)
    expected[name] = entry
    print(name, entry.get("accuracy", ""), entry.get("refused", ""), flush=True)


def path(name):
    return os.path.join(folder, name + ".onnx")


def flat(x):
    return x.reshape(len(x), -1)


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def of_torch():
    import torch
    from torch import nn

    torch.manual_seed(0)
    width = 8 if real else 2
    convolutions = [nn.Conv2d(1, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)]
    tail = [nn.Flatten(), nn.Dropout(0.2), nn.Linear(width * (rows // 2) * (columns // 2), classes)]
    model = nn.Sequential(*convolutions, *tail)
    prepare = lambda x: ((torch.tensor(x).float() / 255 - mean) / std).unsqueeze(1)  # noqa: E731
    optimizer = torch.optim.Adam(model.parameters(), 0.003 if real else 0.02)
    x, y = prepare(train_x), torch.tensor(train_y)
    for _ in range(3 if real else 30):
        for i in range(0, len(x), 128):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[i : i + 128]), y[i : i + 128]).backward()
            optimizer.step()
    model.eval()
    predict = lambda m, x: m(prepare(x)).detach().numpy()  # noqa: E731
    p = softmax(predict(model, shown))
    accuracy = (predict(model, test_x).argmax(1) == test_y).mean()
    given = f"--normalize {mean},{std}"
    one, two = prepare(shown[:1]), prepare(shown[:2])
    dynamic = {"x": {0: "batch"}, "scores": {0: "batch"}}
    names = {"input_names": ["x"], "output_names": ["scores"]}
    script = {"dynamo": False, **names}
    free = {**script, "dynamic_axes": dynamic}
    dynamo = {"dynamo": True, **names, "dynamic_shapes": ({0: torch.export.Dim("batch")},)}
    softmaxed, logged = nn.Sequential(model, nn.Softmax(1)), nn.Sequential(model, nn.LogSoftmax(1))
    # The second exporter writes its values beside the model.
    torch.onnx.export(model, (two,), path("torch-dynamo"), external_data=False, **dynamo)
    keep("torch-dynamo", given, p, accuracy=accuracy)
    torch.onnx.export(model, (two,), path("torch-dynamo-external"), external_data=True, **dynamo)
    if not real:  # values this small it would keep in the model
        import onnx

        small = onnx.load(path("torch-dynamo"))
        os.remove(path("torch-dynamo-external") + ".data")
        beside = {"save_as_external_data": True, "location": "torch-dynamo-external.onnx.data", "size_threshold": 0}
        onnx.save(small, path("torch-dynamo-external"), **beside)
    keep("torch-dynamo-external", given, p, accuracy=accuracy)
    torch.onnx.export(model, (one,), path("torch-script"), **free)
    keep("torch-script", given, p, accuracy=accuracy)
    torch.onnx.export(model, (one,), path("torch-script-fixed"), **script)
    keep("torch-script-fixed", given, p, accuracy=accuracy)
    torch.onnx.export(softmaxed, (one,), path("torch-softmax"), opset_version=11, **free)
    keep("torch-softmax", given, p, accuracy=accuracy)
    torch.onnx.export(logged, (two,), path("torch-log-softmax"), external_data=False, **dynamo)
    keep("torch-log-softmax", given, p, accuracy=accuracy)
    torch.onnx.export(model, (prepare(shown[:4]),), path("torch-batch-of-4"), **script)
    keep("torch-batch-of-4", given, refused="takes 4 images at a time")
    # ONNX Runtime has no convolution of doubles.
    double = nn.Sequential(nn.Flatten(), nn.Linear(rows * columns, classes)).double()
    torch.onnx.export(double, (one.double(),), path("torch-double"), **free)
    doubles = double(prepare(shown).double()).detach().numpy()
    keep("torch-double", given, softmax(doubles))
    half = nn.Sequential(nn.Flatten(), nn.Linear(rows * columns, classes)).half()
    torch.onnx.export(half, (one.half(),), path("torch-half"), **free)
    keep("torch-half", given, softmax(half(prepare(shown).half()).detach().float().numpy()))
    sigmoid = nn.Sequential(nn.Flatten(), nn.Linear(rows * columns, 1), nn.Sigmoid())
    torch.onnx.export(sigmoid, (one,), path("torch-sigmoid"), **free)
    keep("torch-sigmoid", given, refused="1 value an image")

    class Unbatched(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = model

        def forward(self, image):
            return self.inner(image[None])[0]

    torch.onnx.export(Unbatched().eval(), (one[0],), path("torch-unbatched"), **script)
    keep("torch-unbatched", given, p, accuracy=accuracy)

    class Two(Unbatched):
        def forward(self, image):
            z = self.inner(image)
            return z, z.softmax(1)

    both = {"input_names": ["x"], "output_names": ["scores", "p"], "dynamo": False}
    torch.onnx.export(Two().eval(), (one,), path("torch-two"), **both, dynamic_axes={**dynamic, "p": {0: "batch"}})
    keep("torch-two", given, refused="several outputs")
    expected["torch-two-refused"] = {**expected.pop("torch-two"), "model": "torch-two"}
    keep("torch-two", given + " --tensor p", p, accuracy=accuracy)
    # Last, as it moves the running statistics.
    training = torch.onnx.TrainingMode.TRAINING
    torch.onnx.export(model, (two,), path("torch-training"), training=training, **free)
    keep("torch-training", given, refused="BatchNormalization in training mode")


def of_keras():
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    width = 8 if real else 2
    model = keras.Sequential(
        [
            keras.Input((rows, columns, 1)),
            layers.Conv2D(width, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    rate = 0.003 if real else 0.03
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(train_x[..., None] / 255.0, train_y, epochs=3 if real else 30, batch_size=128, verbose=0)
    predict = lambda x: model.predict(x[..., None] / 255.0, verbose=0)  # noqa: E731
    model.export(path("keras"), format="onnx", verbose=False)
    accuracy = (predict(test_x).argmax(1) == test_y).mean()
    keep("keras", "--normalize scale", predict(shown), accuracy=accuracy)
    plain = keras.Sequential(
        [keras.Input((rows, columns)), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(classes)]
    )
    plain.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    plain.fit(train_x, train_y, epochs=3 if real else 30, verbose=0)
    plain.export(path("keras-rescaling"), format="onnx", verbose=False)
    p = softmax(plain.predict(shown, verbose=0))
    keep("keras-rescaling", "--normalize none", p, accuracy=(plain.predict(test_x, verbose=0).argmax(1) == test_y).mean())


def of_sklearn():
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import LinearSVC

    size = f"--size {rows}x{columns}"
    x, y, t = flat(train_x) / 255.0, train_y, flat(test_x) / 255.0
    if real:
        x, y = x[:6000], y[:6000]
    floats = [("X", FloatTensorType([None, rows * columns]))]

    def save(name, fitted, kind, given, raw=False, refused=None, **options):
        scale = 255.0 if raw else 1.0
        proto = to_onnx(fitted, initial_types=kind, **options)
        open(path(name), "wb").write(proto.SerializeToString())
        if refused:
            return keep(name, given, refused=refused)
        p = (lambda v: fitted.predict_proba(v) if hasattr(fitted, "predict_proba") else softmax(fitted.decision_function(v)))
        named = p(t * scale).argmax(1)
        labels = list(fitted.classes_)
        accuracy = (np.array([int(str(labels[k]).split()[-1]) for k in named]) == test_y).mean()
        out = p(flat(shown) / 255.0 * scale)
        if isinstance(labels[0], str):
            out = out[:, np.argsort([int(label.split()[-1]) for label in labels])]
        keep(name, given, out, accuracy=accuracy)

    logistic = LogisticRegression(max_iter=60).fit(x, y)
    save("sklearn-zipmap", logistic, floats, f"--normalize scale {size}")
    save("sklearn-tensor", logistic, floats, f"--normalize scale {size}", options={"zipmap": False})
    doubles = [("X", DoubleTensorType([None, rows * columns]))]
    save("sklearn-double", logistic, doubles, f"--normalize scale {size}", options={"zipmap": False})
    columns_of = {"zipmap": "columns"}
    save("sklearn-columns", logistic, floats, f"--normalize scale {size}", options=columns_of, refused="1 value an image")
    save("sklearn-opset-12", logistic, floats, f"--normalize scale {size}", target_opset={"": 12, "ai.onnx.ml": 2})
    proto = to_onnx(logistic, initial_types=floats, options={"zipmap": False})
    del proto.graph.output[1]
    open(path("sklearn-label-only"), "wb").write(proto.SerializeToString())
    keep("sklearn-label-only", f"--normalize scale {size}", refused="gives labels and no values")
    mixed = {i: f"{'zyxwvutsrq'[i]} {i}" for i in range(classes)}
    named = LogisticRegression(max_iter=60).fit(x, np.array([mixed[v] for v in y]))
    save("sklearn-named", named, floats, f"--normalize scale {size} --classes {','.join(mixed.values())}")
    ints = [("X", Int64TensorType([None, rows * columns]))]
    forest = RandomForestClassifier(60 if real else 4, max_depth=14 if real else 3, random_state=0).fit(x * 255.0, y)
    save("sklearn-forest-integers", forest, ints, f"--normalize none {size}", raw=True)
    hidden = (64,) if real else (4,)
    perceptron = make_pipeline(StandardScaler(), MLPClassifier(hidden, max_iter=20 if real else 300, random_state=0))
    save("sklearn-pipeline", perceptron.fit(x, y), floats, f"--normalize scale {size}")
    svc = LinearSVC(random_state=0).fit(x, y)
    save("sklearn-svc", svc, floats, f"--normalize scale {size}")


def of_trees():
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    size = f"--normalize none --size {rows}x{columns}"
    x, t = flat(train_x).astype(np.float32), flat(test_x).astype(np.float32)
    y = train_y
    if real:
        x, y = x[:6000], y[:6000]
    kind = [("input", FloatTensorType([None, rows * columns]))]
    s = flat(shown).astype(np.float32)
    count = 30 if real else 3
    try:
        from lightgbm import LGBMClassifier

        model = LGBMClassifier(n_estimators=count, num_leaves=15 if real else 4, verbose=-1).fit(x, y)
        proto = onnxmltools.convert_lightgbm(model, initial_types=kind, target_opset=15)
        open(path("lightgbm"), "wb").write(proto.SerializeToString())
        keep("lightgbm", size, model.predict_proba(s), accuracy=(model.predict(t) == test_y).mean())
        proto = onnxmltools.convert_lightgbm(model, initial_types=kind, target_opset=15, zipmap=False)
        kept = [o for o in proto.opset_import if o.domain not in ("", "ai.onnx")]
        del proto.opset_import[:]
        proto.opset_import.extend(kept)
        if all(node.domain == "ai.onnx.ml" for node in proto.graph.node):
            open(path("lightgbm-ml-only"), "wb").write(proto.SerializeToString())
            keep("lightgbm-ml-only", size, model.predict_proba(s))
    except ImportError as error:
        print(error)
    try:
        from xgboost import XGBClassifier

        model = XGBClassifier(n_estimators=count, max_depth=4 if real else 2).fit(x, y)
        proto = onnxmltools.convert_xgboost(model, initial_types=kind, target_opset=15)
        open(path("xgboost"), "wb").write(proto.SerializeToString())
        keep("xgboost", size, model.predict_proba(s), accuracy=(model.predict(t) == test_y).mean())
    except ImportError as error:
        print(error)


def slim(file):
    """Leaves out what says where the model was made."""
    import onnx

    model = onnx.load(file, load_external_data=False)
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        del part.metadata_props[:]
        part.doc_string = ""
    open(file, "wb").write(model.SerializeToString())


for tool in (of_sklearn, of_trees, of_torch, of_keras):
    try:
        tool()
    except ImportError as error:
        print(f"{tool.__name__}: {error}")
if not real:
    for file in os.listdir(folder):
        if file.endswith(".onnx"):
            slim(os.path.join(folder, file))
    with open(os.path.join(folder, "images.idx"), "wb") as out:
        out.write(struct.pack(">4BI", 0, 0, 8, 1, len(test_y)) + bytes(test_y.astype(np.uint8)))
        out.write(struct.pack(">4B3I", 0, 0, 8, 3, *test_x.shape) + test_x.tobytes())
with open(os.path.join(folder, "expected.json"), "w") as out:
    out.write("{\n" + ",\n".join(f"{json.dumps(n)}: {json.dumps(e)}" for n, e in expected.items()) + "\n}\n")
