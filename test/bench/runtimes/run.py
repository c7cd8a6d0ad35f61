"""Runs a model file on images by one of the runtimes that Python reaches.

usage: run.py RUNTIME MODEL IMAGES COUNT ROWS COLUMNS BATCH
IMAGES: raw bytes. Prints a line of JSON: version, seconds of the runs, and the probabilities, image by image.
"""

import json
import sys
import time

import numpy


def onnxruntime(path):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return ort.__version__, lambda images: session.run(["probabilities"], {"image": images})[0]


def openvino(path, **settings):
    import openvino as ov

    core = ov.Core()
    compiled = core.compile_model(core.read_model(path), "CPU", {"INFERENCE_NUM_THREADS": 1, **settings})
    output = compiled.output("probabilities")
    return ov.__version__.split("-")[0], lambda images: compiled({"image": images})[output]


def openvino_f32(path):
    return openvino(path, INFERENCE_PRECISION_HINT="f32")


def opencv(path):
    import cv2

    cv2.setNumThreads(1)
    network = cv2.dnn.readNetFromONNX(path)

    def run(images):
        network.setInput(images, "image")
        return network.forward("probabilities")

    return cv2.__version__, run


def tract(path):
    import tract as library

    model = library.onnx().load(path) if callable(getattr(library, "onnx", None)) else library.onnx.model_for_path(path)
    runnable = model.into_model().into_runnable() if hasattr(model, "into_model") else model.into_runnable()

    def run(images):
        return runnable.run([images])[1].to_numpy()

    from importlib.metadata import version

    return version("tract"), run


def mnn(path):
    import os
    import tempfile

    import MNN
    from importlib.metadata import version

    made = os.path.join(tempfile.mkdtemp(), "model.mnn")
    os.system(f"{os.path.dirname(sys.executable)}/mnnconvert -f ONNX --modelFile '{path}' --MNNModel {made} --bizCode fmnist >&2")
    runtime = MNN.nn.create_runtime_manager(({"backend": "CPU", "numThread": 1, "precision": "high"},))
    network = MNN.nn.load_module_from_file(made, ["image"], ["probabilities"], runtime_manager=runtime)

    def run(images):
        tensor = MNN.expr.const(images, list(images.shape), MNN.expr.NCHW, MNN.expr.uint8)
        return numpy.array(network.forward([tensor])[0].read())

    return version("MNN"), run


def ncnn(path):
    """By pnnx, for one image at a time. ncnn takes floats, so the cast of the bytes is taken out."""
    import os
    import subprocess
    import tempfile

    import ncnn as library

    folder = tempfile.mkdtemp()
    made = os.path.join(folder, "model.onnx")
    os.symlink(os.path.abspath(path), made)
    subprocess.run([pnnx_binary(), made, "inputshape=[1,28,28]u8", "fp16=0"], cwd=folder, stdout=sys.stderr, check=True)
    named = os.path.join(folder, "model.ncnn.param")
    with open(named) as file:
        layers = file.read().replace("Tensor.to ", "Noop      ")
    with open(named, "w") as file:
        file.write(layers)
    network = library.Net()
    network.opt.num_threads = 1
    network.opt.use_fp16_packed = network.opt.use_fp16_storage = network.opt.use_fp16_arithmetic = False
    network.opt.use_bf16_storage = False
    if network.load_param(named) != 0 or network.load_model(os.path.join(folder, "model.ncnn.bin")) != 0:
        raise RuntimeError("a layer that ncnn does not have")

    def one(image):
        extractor = network.create_extractor()
        # A Mat refers to its array, and the extractor to its Mat: both have to live as long.
        pixels = numpy.ascontiguousarray(image[None].astype(numpy.float32))
        given = library.Mat(pixels).clone()
        extractor.input("in0", given)
        status, found = extractor.extract("out1")
        if status != 0:
            raise RuntimeError(f"extract gives {status}")
        return numpy.array(found).copy()

    return library.__version__, lambda images: [one(image) for image in images]


def pnnx_binary():
    """The converter itself: its Python module wants PyTorch."""
    import os
    from importlib.util import find_spec

    return os.path.join(os.path.dirname(find_spec("pnnx").origin), "pnnx")


def main():
    runtime, path, images, count, rows, columns, batch = sys.argv[1:]
    count, rows, columns, batch = int(count), int(rows), int(columns), int(batch)
    pixels = numpy.fromfile(images, numpy.uint8).reshape(-1, rows, columns)[:count]
    version, run = globals()[runtime](path)
    probabilities, seconds = [], 0.0
    for start in range(0, count, batch):
        part = numpy.ascontiguousarray(pixels[start : start + batch])
        begun = time.perf_counter()
        found = run(part)
        seconds += time.perf_counter() - begun
        probabilities.extend(float(value) for value in numpy.asarray(found).reshape(-1))
    print(json.dumps({"version": version, "seconds": seconds, "probabilities": probabilities}))


main()
