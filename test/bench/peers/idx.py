"""Reads a labelled stream of u8 images (see fmnist-idx(5)) with NumPy."""
import struct
import numpy as np


def read_set(path):
    """Returns labels [n] and images [n, rows, columns] of a stream of bytes, with or without annotation."""
    data = np.fromfile(path, np.uint8)
    at, items = 0, []
    while at < len(data):
        kind, rank = int(data[at + 2]), int(data[at + 3])
        shape = struct.unpack(f">{rank}I", data[at + 4:at + 4 + 4 * rank].tobytes())
        at += 4 + 4 * rank
        size = int(np.prod(shape))
        if kind == 8:
            items.append(data[at:at + size].reshape(shape))
        at += size
    return items[0], items[1]
