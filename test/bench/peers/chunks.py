"""Labelled IDX streams for the peers: labels first, bytes, as fmnist-cat writes them without an annotation."""

import atexit
import os
import struct

import numpy as np

CHUNK = 4096  # images


def report_peak():
    """Leaves the peak of this process's memory, in kB, in the file $PEAK."""
    path = os.environ.get("PEAK")
    if not path:
        return

    def leave():
        with open("/proc/self/status") as status, open(path, "w") as out:
            out.write(next(line.split()[1] for line in status if line.startswith("VmHWM")))

    atexit.register(leave)


def open_set(stream):
    """The labels, rows and columns; the stream then stands at the images."""
    assert stream.read(4) == b"\0\0\x08\x01"
    (count,) = struct.unpack(">I", stream.read(4))
    labels = np.frombuffer(stream.read(count), np.uint8)
    assert stream.read(4) == b"\0\0\x08\x03"
    images, rows, columns = struct.unpack(">III", stream.read(12))
    assert images == count
    return labels, rows, columns


def chunks(stream, count, pixels):
    """(first index, images × pixels) until all are read."""
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        data = stream.read(size * pixels)
        assert len(data) == size * pixels
        yield start, np.frombuffer(data, np.uint8).reshape(size, pixels)
