"""The reference CNN behind FastAPI, as one would write it: a PNG, or an IDX stream of many images, as the body; JSON out.
Sync inference runs in FastAPI's thread pool, with the events of uvloop and the parser of httptools where they are there.
usage: serve_fastapi.py PORT MODEL   (needs numpy, torch, pillow, fastapi, uvicorn; MODEL is a state dict, - for fresh weights)
"""
import io, sys
import numpy
import torch
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from PIL import Image
from starlette.concurrency import run_in_threadpool
from network_torch import reference_network

port, weights = int(sys.argv[1]), sys.argv[2]
names = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
torch.manual_seed(0)
network = reference_network().eval()
if weights != "-":
    network.load_state_dict(torch.load(weights))
# The fastest of the ways that infer_torch.py compares, for single images.
with torch.inference_mode():
    model = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.script(network)))
    for _ in range(3):
        model(torch.zeros(1, 1, 28, 28))
app = FastAPI()


def pixels(body: bytes) -> numpy.ndarray:
    if body[:4] == b"\0\0\x08\x03":
        shape = numpy.frombuffer(body, ">u4", 3, 4)
        return numpy.frombuffer(body, numpy.uint8, offset=16).reshape(shape)
    return numpy.asarray(Image.open(io.BytesIO(body)).convert("L").resize((28, 28)))[None]


def predict(body: bytes) -> list:
    try:
        images = torch.from_numpy(pixels(body).astype(numpy.float32))
    except (OSError, ValueError):
        raise HTTPException(400, "not an image")
    with torch.inference_mode():
        shares = torch.softmax(model(((images - 72.9) / 90.0)[:, None]), 1)
        top = torch.topk(shares, 3)
    return [
        {"index": i, "prediction": ks[0], "class": names[ks[0]], "confidence": ps[0],
         "top": [{"label": k, "name": names[k], "probability": p} for k, p in zip(ks, ps)]}
        for i, (ps, ks) in enumerate(zip(top.values.tolist(), top.indices.tolist()))
    ]


@app.post("/v1/predict")
async def answer(request: Request):
    return {"model": "cnn", "predictions": await run_in_threadpool(predict, await request.body())}


uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
