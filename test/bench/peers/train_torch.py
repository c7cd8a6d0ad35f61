"""Trains the reference CNN in PyTorch and prints one JSON line an epoch.
usage: train_torch.py FILE BATCH EPOCHS   (needs numpy, torch)
"""
import json, sys, time
import torch
from torch import nn
from idx import read_set

path, batch, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
labels, images = read_set(path)
x = torch.from_numpy(images.copy()).float()[:, None]
x = (x - x.mean()) / x.std()
y = torch.from_numpy(labels.copy()).long()


def stage(inputs, filters):
    return [nn.Conv2d(inputs, filters, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(filters, eps=1e-3),
            nn.MaxPool2d(2), nn.Dropout(0.25)]


torch.manual_seed(0)
model = nn.Sequential(*stage(1, 32), *stage(32, 64), *stage(64, 128), nn.Flatten(),
                      nn.Linear(1152, 128), nn.ReLU(), nn.BatchNorm1d(128, eps=1e-3), nn.Dropout(0.5),
                      nn.Linear(128, 10))
# On these processors PyTorch's convolutions are fastest with the channels last.
model = model.to(memory_format=torch.channels_last)
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
