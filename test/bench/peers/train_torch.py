"""Trains the reference CNN in PyTorch and prints one JSON line an epoch.
usage: train_torch.py FILE BATCH EPOCHS   (needs numpy, torch)
"""
import json, sys, time
import torch
from torch import nn
from idx import read_set
from network_torch import reference_network

path, batch, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
labels, images = read_set(path)
x = torch.from_numpy(images.copy()).float()[:, None]
x = (x - x.mean()) / x.std()
y = torch.from_numpy(labels.copy()).long()

torch.manual_seed(0)
model = reference_network()
optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7)
loss_of = nn.CrossEntropyLoss()
for epoch in range(1, epochs + 1):
    started, total, steps = time.perf_counter(), 0.0, len(x) // batch
    order = torch.randperm(len(x))
    for step in range(steps):
        at = order[step * batch:(step + 1) * batch]
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(x[at].contiguous(memory_format=torch.channels_last)), y[at])
        loss.backward()
        optimizer.step()
        total += loss.item()
    seconds = time.perf_counter() - started
    print(json.dumps({"type": "epoch", "program": f"PyTorch {torch.__version__}", "epoch": epoch,
                      "loss": total / steps, "imagesPerSecond": steps * batch / seconds}), flush=True)
