"""What fmnist-norm --fit does, in NumPy, in two passes over a file: usage: python data_norm.py set.idx > out.idx"""

import struct
import sys

import numpy as np
from chunks import chunks, open_set, report_peak

report_peak()
path = sys.argv[1]
with open(path, "rb") as stream:
    labels, rows, columns = open_set(stream)
    count, pixels = len(labels), rows * columns
    histogram = np.zeros(256, np.int64)
    for _, images in chunks(stream, count, pixels):
        histogram += np.bincount(images.ravel(), minlength=256)

values = np.arange(256)
mean = (histogram * values).sum() / histogram.sum()
deviation = ((histogram * (values - mean) ** 2).sum() / histogram.sum()) ** 0.5

out = sys.stdout.buffer
out.write(b"\0\0\x08\x01" + struct.pack(">I", count) + labels.tobytes())
out.write(b"\0\0\x0d\x03" + struct.pack(">III", count, rows, columns))
with open(path, "rb") as stream:
    open_set(stream)
    for _, images in chunks(stream, count, pixels):
        normal = (images.astype(np.float32) - np.float32(mean)) / np.float32(deviation)
        out.write(normal.astype(">f4").tobytes())
