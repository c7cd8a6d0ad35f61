"""What fmnist-cat does with one set, in NumPy's stead by Python alone: checks the headers and passes the bytes on: usage: python data_cat.py set.idx"""

import struct
import sys

from chunks import chunks, open_set, report_peak

report_peak()
out = sys.stdout.buffer
with open(sys.argv[1], "rb") as stream:
    labels, rows, columns = open_set(stream)
    out.write(b"\0\0\x08\x01" + struct.pack(">I", len(labels)) + labels.tobytes())
    out.write(b"\0\0\x08\x03" + struct.pack(">III", len(labels), rows, columns))
    for _, images in chunks(stream, len(labels), rows * columns):
        out.write(images.tobytes())
