"""Runs the reference CNN in PyTorch on raw bytes and prints a JSON line a batch size, then one for single images.
Each is that of the faster of two ways: channels last, and frozen and optimised TorchScript.
usage: infer_torch.py FILE SECONDS BATCH...   (needs numpy, torch)
"""
import json, sys, warnings
import torch
from torch import nn
from idx import read_set
from pace import latencies, speed

warnings.simplefilter("ignore")
path, seconds, batches = sys.argv[1], float(sys.argv[2]), [int(word) for word in sys.argv[3:]]
images = torch.from_numpy(read_set(path)[1].copy())


def stage(inputs, filters):
    return [nn.Conv2d(inputs, filters, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(filters, eps=1e-3),
            nn.MaxPool2d(2), nn.Dropout(0.25)]


class Classifier(nn.Module):
    """Bytes in, probabilities out."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(*stage(1, 32), *stage(32, 64), *stage(64, 128), nn.Flatten(),
                                 nn.Linear(1152, 128), nn.ReLU(), nn.BatchNorm1d(128, eps=1e-3),
                                 nn.Dropout(0.5), nn.Linear(128, 10))

    def forward(self, x):
        return torch.softmax(self.net(((x.float() - 72.9) / 90.0)[:, None]), 1)


torch.manual_seed(0)
model = Classifier().eval()
frozen = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.script(model)))
ways = [Classifier().eval().to(memory_format=torch.channels_last), frozen]
program = f"PyTorch {torch.__version__}"
with torch.inference_mode():
    for batch in batches:
        best = max(speed(lambda at: way(images[at:at + batch]).numpy(), len(images), batch, seconds) for way in ways)
        print(json.dumps({"program": program, "batch": batch, "imagesPerSecond": best}), flush=True)
    p50, p99 = min(latencies(lambda at: way(images[at:at + 1]).numpy(), len(images), seconds) for way in ways)
print(json.dumps({"program": program, "p50": p50, "p99": p99}))
