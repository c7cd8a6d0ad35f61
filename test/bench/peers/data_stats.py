"""What fmnist-stats counts, in NumPy, chunk by chunk: usage: python data_stats.py set.idx"""

import json
import sys

import numpy as np
from chunks import chunks, open_set, report_peak

report_peak()
stream = open(sys.argv[1], "rb")
labels, rows, columns = open_set(stream)
count, pixels = len(labels), rows * columns

histogram = np.zeros(256, np.int64)
sums = np.zeros((256, pixels), np.int64)
squares = np.zeros(pixels, np.float64)
brightness = np.empty(count, np.float32)
contrast = np.empty(count, np.float32)
spans = np.empty(count, np.uint8)
prints = np.empty(count, np.uint64)
# A fingerprint of each image: eight bytes at a time, times odd numbers, summed.
odd = np.random.default_rng(0).integers(0, 2**63, pixels // 8, dtype=np.uint64) * np.uint64(2) + np.uint64(1)

for start, images in chunks(stream, count, pixels):
    stop = start + len(images)
    histogram += np.bincount(images.ravel(), minlength=256)
    for label in np.unique(labels[start:stop]):
        sums[label] += images[labels[start:stop] == label].sum(0, dtype=np.int64)
    floats = images.astype(np.float32)
    squares += np.einsum("ij,ij->j", floats, floats)
    brightness[start:stop] = floats.mean(1)
    contrast[start:stop] = floats.std(1)
    spans[start:stop] = images.max(1) - images.min(1)
    prints[start:stop] = (images.view(np.uint64) * odd).sum(1, dtype=np.uint64)

values = np.arange(256)
mean = (histogram * values).sum() / histogram.sum()
counts = np.bincount(labels, minlength=256)
seen = np.flatnonzero(counts)
quantiles = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]
mean_image = sums.sum(0) / count
json.dump(
    {
        "counts": counts[seen].tolist(),
        "mean": mean,
        "deviation": ((histogram * (values - mean) ** 2).sum() / histogram.sum()) ** 0.5,
        "histogram": histogram.tolist(),
        "meanImage": mean_image.tolist(),
        "deviationImage": np.sqrt(np.maximum(0, squares / count - mean_image**2)).tolist(),
        "classMeans": [(sums[label] / counts[label]).tolist() for label in seen],
        "brightness": np.quantile(brightness, quantiles).tolist(),
        "contrast": np.quantile(contrast, quantiles).tolist(),
        "blank": int((spans == 0).sum()),
        "nearConstant": int((spans < 8).sum()),
        "duplicates": int(count - len(np.unique(prints))),
    },
    sys.stdout,
)
