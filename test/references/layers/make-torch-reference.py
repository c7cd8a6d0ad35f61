"""Loss and gradients of small networks by PyTorch, in double precision; writes torch-reference.json. usage: make-torch-reference.py

The images, targets and weights are those of test/support/step.ts, in the order of the networks' parameters.
"""

import json
import pathlib

import numpy
import torch
from torch.nn import functional

batch, rows, columns, classes = 4, 7, 6, 3
filters = 8
pixels = (numpy.arange(batch * rows * columns) * 7919 + 13) % 256
images = torch.tensor((pixels - 127.5) / 127.5).reshape(batch, 1, rows, columns)
targets = torch.full((batch, classes), 0.1 / (classes - 1), dtype=torch.float64)
for i in range(batch):
    targets[i, i % classes] = 0.9


def squeeze_excite(activation):
    def apply(x, down, down_bias, up, up_bias):
        hidden = activation(x.mean(dim=(2, 3)) @ down + down_bias)
        shares = torch.sigmoid(hidden @ up + up_bias)
        return x * shares[:, :, None, None]

    return apply


def squeeze_shapes(hidden):
    return [(filters, hidden), (hidden,), (hidden, filters), (filters,)]


# What stands between a convolution and a dense layer, and the shapes of its parameters.
layers = {
    "gelu": (lambda x: functional.gelu(x), []),
    "group-norm": (
        lambda x, scale, offset: functional.group_norm(x, 4, scale, offset, 1e-5),
        [(filters,), (filters,)],
    ),
    "group-norm of one group": (
        lambda x, scale, offset: functional.group_norm(x, 1, scale, offset, 0.01),
        [(filters,), (filters,)],
    ),
    "squeeze-excite": (squeeze_excite(torch.relu), squeeze_shapes(2)),
    "squeeze-excite by silu": (squeeze_excite(functional.silu), squeeze_shapes(4)),
    "batch-norm without scale": (
        lambda x, offset: functional.batch_norm(x, None, None, None, offset, True, 0.1, 1e-3),
        [(filters,)],
    ),
}


def step(layer, shapes):
    area = rows * columns
    all_shapes = [(filters, 1, 3, 3), (filters,), *shapes, (filters * area, classes), (classes,)]
    parameters, at = [], 0
    for shape in all_shapes:
        size = int(numpy.prod(shape))
        values = numpy.float32(0.4 * numpy.sin(12.9898 * numpy.arange(at, at + size) + 1) + 0.05)
        parameters.append(torch.tensor(values.astype(numpy.float64)).reshape(shape).requires_grad_())
        at += size
    kernel, bias, *own, dense, dense_bias = parameters
    x = functional.conv2d(images, kernel, bias, padding=1)
    logits = layer(x, *own).flatten(1) @ dense + dense_bias
    loss = -(torch.log_softmax(logits, 1) * targets).sum()
    loss.backward()
    gradients = torch.cat([parameter.grad.flatten() for parameter in parameters])
    return {"loss": loss.item(), "gradients": [float(f"{g:.9g}") for g in gradients]}


here = pathlib.Path(__file__).resolve().parent
reference = {}
for name, (layer, shapes) in layers.items():
    reference[name] = step(layer, shapes)
(here / "torch-reference.json").write_text(json.dumps(reference) + "\n")
