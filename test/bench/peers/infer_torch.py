"""Runs the reference CNN in PyTorch on raw bytes and prints a JSON line a batch size, then one for single images.
Each is that of the fastest of three ways: channels last, and frozen and optimised TorchScript, channels last or first.
usage: infer_torch.py FILE SECONDS BATCH...   (needs numpy, torch)
"""
import json, sys, warnings
import torch
from torch import nn
from idx import read_set
from network_torch import reference_network
from pace import latencies, speed

warnings.simplefilter("ignore")
path, seconds, batches = sys.argv[1], float(sys.argv[2]), [int(word) for word in sys.argv[3:]]
images = torch.from_numpy(read_set(path)[1].copy())


class Classifier(nn.Module):
    """Bytes in, probabilities out."""

    def __init__(self):
        super().__init__()
        self.net = reference_network()

    def forward(self, x):
        return torch.softmax(self.net(((x.float() - 72.9) / 90.0)[:, None]), 1)


torch.manual_seed(0)

def frozen(model):
    return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.script(model)))


ways = [Classifier().eval(), frozen(Classifier().eval()),
        frozen(Classifier().eval().to(memory_format=torch.contiguous_format))]
program = f"PyTorch {torch.__version__}"
with torch.inference_mode():
    for batch in batches:
        best = max(speed(lambda at: way(images[at:at + batch]).numpy(), len(images), batch, seconds) for way in ways)
        print(json.dumps({"program": program, "batch": batch, "imagesPerSecond": best}), flush=True)
    p50, p99 = min(latencies(lambda at: way(images[at:at + 1]).numpy(), len(images), seconds) for way in ways)
print(json.dumps({"program": program, "p50": p50, "p99": p99}))
