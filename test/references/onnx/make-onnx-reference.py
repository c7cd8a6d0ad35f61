"""Looks at our model files with ONNX's own Python package and with ONNX Runtime's Python binding; writes onnx-reference.json.

usage: make-onnx-reference.py      (after a build; needs onnx, onnxruntime, numpy)
"""

import base64
import hashlib
import json
import pathlib
import subprocess
import tempfile

import numpy
import onnx
import onnxruntime

here = pathlib.Path(__file__).resolve().parent
root = here.parents[2]
rows, columns = 8, 7


def look(path):
    data = path.read_bytes()
    model = onnx.load_from_string(data)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, check_type=True)
    pixels = numpy.frombuffer(path.with_suffix(".pixels").read_bytes(), numpy.uint8)
    images = pixels.reshape(-1, rows, columns)
    session = onnxruntime.InferenceSession(data)
    logits, probabilities = session.run(["logits", "probabilities"], {"image": images})
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "ir": model.ir_version,
        "opset": {entry.domain: entry.version for entry in model.opset_import},
        "inputs": ports(inferred.graph.input),
        "outputs": ports(inferred.graph.output),
        "operators": sorted({node.op_type for node in model.graph.node}),
        "weights": {
            tensor.name: list(tensor.dims) for tensor in model.graph.initializer if "." in tensor.name
        },
        "metadata": {entry.key: json.loads(entry.value) for entry in model.metadata_props},
        "logits": [float(value) for value in logits.ravel()],
        "probabilities": [float(value) for value in probabilities.ravel()],
    }


def ports(values):
    return {
        value.name: [
            onnx.TensorProto.DataType.Name(value.type.tensor_type.elem_type),
            *[d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim],
        ]
        for value in values
    }


def rewritten(path):
    """The same model as other tools may write it: floats in a field of their own."""
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            values = onnx.numpy_helper.to_array(tensor).ravel()
            tensor.ClearField("raw_data")
            tensor.float_data.extend(values.tolist())
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def foreign():
    """A model that is not ours."""
    port = lambda name: onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1])
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "g", [port("x")], [port("y")])
    return onnx.helper.make_model(graph).SerializeToString()


def text(data):
    return base64.b64encode(data).decode()


with tempfile.TemporaryDirectory() as folder:
    module = (root / "dist/test/unit/onnx/reference-models.js").as_uri()
    script = f"import('{module}').then((m) => m.writeReferenceModels('{folder}'))"
    subprocess.run(["node", "-e", script], check=True)
    paths = sorted(pathlib.Path(folder).glob("*.onnx"))
    reference = {
        "made with": {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__},
        "models": {path.stem: look(path) for path in paths},
        "saved again": text(onnx.load(pathlib.Path(folder) / "dense.onnx").SerializeToString()),
        "rewritten": text(rewritten(pathlib.Path(folder) / "dense.onnx")),
        "foreign": text(foreign()),
    }

(here / "onnx-reference.json").write_text(
    json.dumps(reference, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
)
