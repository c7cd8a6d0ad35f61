"""IDX items written with NumPy: the six types, values at their limits, several ranks.

usage: python make-reference.py > reference.json     (needs numpy)
"""

import json
import struct

import numpy as np

TYPES = {"u8": (0x08, "u1"), "i8": (0x09, "i1"), "i16": (0x0B, "i2"), "i32": (0x0C, "i4"), "f32": (0x0D, "f4"), "f64": (0x0E, "f8")}


def values_of(kind, count):
    dtype = np.dtype(kind)
    if dtype.kind == "f":
        info = np.finfo(dtype)
        edge = [0.0, -0.0, 1.5, -2.25, info.max, info.min, info.tiny, info.smallest_subnormal, np.pi, np.inf, -np.inf]
    else:
        info = np.iinfo(dtype)
        edge = [info.min, info.max, 0, 1, info.max - 1, info.max // 3]
    rng = np.random.default_rng(1)
    rest = rng.integers(0, 100, max(0, count - len(edge)))
    return np.concatenate([np.array(edge, dtype), rest.astype(dtype)])[:count]


def item(name, shape):
    code, kind = TYPES[name]
    values = values_of(kind, int(np.prod(shape))).reshape(shape)
    header = struct.pack(">BBBB", 0, 0, code, len(shape)) + struct.pack(f">{len(shape)}I", *shape)
    return {
        "type": name,
        "shape": list(shape),
        # As text: JSON knows no infinities, and would round nothing else.
        "values": [repr(v.item()) for v in values.ravel()],
        "bytes": (header + values.astype(">" + kind).tobytes()).hex(),
    }


print(json.dumps([item(name, shape) for name in TYPES for shape in [(11,), (3, 4), (2, 3, 2), (1, 2, 1, 2, 3)]]))
