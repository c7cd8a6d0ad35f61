"""Trains the reference CNN in PyTorch by its documented recipe, and prints accuracy and training time an epoch.
Adam at 0.001, batches of 32, the rate times 0.2 after 3 epochs without a lower validation loss, the end after 10.
usage: accuracy_torch.py TRAIN VALIDATION SECONDS AUGMENT SEED   (AUGMENT 0 or 1; needs numpy, torch)
"""
import json, sys, time
import torch
from torch import nn
from torch.nn import functional as F
from idx import read_set
from network_torch import reference_network

limit, augmenting, seed = float(sys.argv[3]), sys.argv[4] == "1", int(sys.argv[5])
torch.manual_seed(seed)


def tensors(path):
    labels, images = read_set(path)
    return torch.from_numpy(images.copy()).float()[:, None], torch.from_numpy(labels.copy()).long()


def spread(count, most):
    return (torch.rand(count) * 2 - 1) * most


def augment(images):
    """Rotation by 15 degrees, shift, shear and zoom by 15 %, flip; what is beyond the edge is the edge."""
    n = len(images)
    angle, shear = torch.deg2rad(spread(n, 15)), spread(n, 0.15)
    wide, high = 1 + spread(n, 0.15), 1 + spread(n, 0.15)
    side = torch.where(torch.rand(n) < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(angle), torch.sin(angle)
    rows = [side * wide * cos, side * wide * (shear * cos - sin), spread(n, 0.3),
            high * sin, high * (shear * sin + cos), spread(n, 0.3)]
    grid = F.affine_grid(torch.stack(rows, 1).view(n, 2, 3), images.shape, align_corners=False)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


x, y = tensors(sys.argv[1])
vx, vy = tensors(sys.argv[2])
mean, deviation = x.mean(), x.std()
x, vx = (x - mean) / deviation, ((vx - mean) / deviation).contiguous(memory_format=torch.channels_last)
model = reference_network()
optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7)
plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.2, patience=3, threshold=1e-4,
                                                     threshold_mode="abs")
loss_of, batch = nn.CrossEntropyLoss(), 32
spent, epoch, lowest, since = 0.0, 0, float("inf"), 0
while spent < limit and since < 10:
    started = time.perf_counter()
    model.train()
    for at in torch.randperm(len(x)).split(batch):
        if len(at) == 1:
            continue  # batch normalisation has nothing to do with one
        images = augment(x[at]) if augmenting else x[at]
        optimizer.zero_grad(set_to_none=True)
        loss_of(model(images.contiguous(memory_format=torch.channels_last)), y[at]).backward()
        optimizer.step()
    spent, epoch = spent + time.perf_counter() - started, epoch + 1
    model.eval()
    with torch.no_grad():
        logits = torch.cat([model(images) for images in vx.split(500)])
    loss, accuracy = loss_of(logits, vy).item(), (logits.argmax(1) == vy).float().mean().item()
    plateau.step(loss)
    lowest, since = (loss, 0) if loss < lowest else (lowest, since + 1)
    print(json.dumps({"type": "epoch", "program": f"PyTorch {torch.__version__.split('+')[0]}", "epoch": epoch,
                      "seconds": spent, "validationAccuracy": accuracy}), flush=True)
