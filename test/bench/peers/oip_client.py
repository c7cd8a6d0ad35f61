"""Asks a service with Triton's own client, in JSON and in binary, and prints what it answered as one JSON line.
usage: oip_client.py HOST:PORT MODEL   (needs numpy, tritonclient[http])
"""
import json, sys
import numpy as np
import tritonclient.http as triton

address, name = sys.argv[1:]
client = triton.InferenceServerClient(url=address)
about = client.get_model_metadata(name)
[_, rows, columns] = about["inputs"][0]["shape"]
classes = about["outputs"][3]["shape"][1]
images = np.full((classes, rows, columns), 10, np.uint8)
for c in range(classes):
    images[c, c + 1] = 220  # bar c of the model of the fixtures


def ask(binary, datatype="UINT8", values=images):
    tensor = triton.InferInput("image", list(values.shape), datatype)
    tensor.set_data_from_numpy(values, binary_data=binary)
    outputs = [triton.InferRequestedOutput(o, binary_data=binary) for o in ("label", "class", "probabilities")]
    outputs.append(triton.InferRequestedOutput("logits", binary_data=binary, class_count=1))
    result = client.infer(name, [tensor], outputs=outputs, request_id="42")
    texts = [text.decode() if isinstance(text, bytes) else text for text in result.as_numpy("class").ravel()]
    best = [text.decode() if isinstance(text, bytes) else text for text in result.as_numpy("logits").ravel()]
    return {
        "id": result.get_response()["id"],
        "label": result.as_numpy("label").tolist(),
        "class": texts,
        "best": [text.split(":", 1)[1] for text in best],
        "probabilities": np.round(result.as_numpy("probabilities").astype(float), 5).tolist(),
    }


tensor = triton.InferInput("image", list(images.shape), "UINT8")
tensor.set_data_from_numpy(images)
every = client.infer(name, [tensor])
try:
    client.infer(name, [triton.InferInput("image", [1, rows, columns], "UINT8").set_data_from_numpy(images[:1])], model_version="0")
    refused = None
except triton.InferenceServerException as error:
    refused = error.message()
print(json.dumps({
    "live": client.is_server_live(), "ready": client.is_server_ready(), "modelReady": client.is_model_ready(name),
    "extensions": client.get_server_metadata()["extensions"],
    "index": [entry["state"] for entry in client.get_model_repository_index()],
    "json": ask(False), "binary": ask(True), "floats": ask(True, "FP32", images.astype(np.float32)),
    "every": sorted(output["name"] for output in every.get_response()["outputs"]),
    "halves": ask(True, "FP16", images.astype(np.float16)),
    "config": [client.get_model_config(name)["input"], client.get_model_config(name)["output"][3]],
    "counted": client.get_inference_statistics(name)["model_stats"][0]["inference_stats"]["success"]["count"],
    "deflated": client.infer(name, [tensor], request_compression_algorithm="deflate").as_numpy("label").tolist(),
    "compressed": client.infer(name, [tensor], request_compression_algorithm="gzip").as_numpy("label").tolist(),
    "refused": refused,
}))
