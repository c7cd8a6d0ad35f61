"""Computes with NumPy and SciPy what src/profile must find, on two small recorded sets.

usage: python make-reference.py > reference.json      (NumPy >= 1.26, SciPy)
"""

import json

import numpy as np
from scipy.stats import entropy

rng = np.random.default_rng(20261120)
ROWS, COLUMNS = 5, 3
P = ROWS * COLUMNS


def images():
    """61 images: ordinary ones of very different brightness, blank and nearly constant ones, and duplicates."""
    x = np.clip(rng.normal(rng.uniform(20, 230, (61, 1)), rng.uniform(5, 80, (61, 1)), (61, P)), 0, 255)
    x = x.astype(np.uint8)
    x[7] = 0
    x[8] = 200
    x[20] = 17
    x[20, 3] = 21  # deviation 0.9978
    x[30] = x[2]
    x[40] = x[2]
    x[41] = x[11]
    x[50] = 0  # as image 7, and blank
    return x


def statistics(x, labels):
    x = x.astype(np.float64)
    values, first, groups, sizes = np.unique(
        x, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    groups = groups.reshape(-1)
    counts = np.unique(labels, return_counts=True)[1]
    shares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
    spread = lambda v: [v.min(), *np.quantile(v, shares, method="inverted_cdf"), v.max()]
    flat = (x == x[:, :1]).all(axis=1)
    deviation = x.std(axis=1)
    return {
        "mean": x.mean(),
        "deviation": x.std(),
        "min": x.min(),
        "max": x.max(),
        "meanImage": x.mean(axis=0).tolist(),
        "deviationImage": x.std(axis=0).tolist(),
        "classes": [
            {
                "label": int(label),
                "count": int((labels == label).sum()),
                "mean": x[labels == label].mean(),
                "deviation": x[labels == label].std(),
                "meanImage": x[labels == label].mean(axis=0).tolist(),
            }
            for label in np.unique(labels)
        ],
        "ratio": counts.max() / counts.min(),
        "evenness": entropy(counts) / np.log(len(counts)),
        "brightness": spread(x.mean(axis=1)),
        "contrast": spread(deviation),
        "blank": np.flatnonzero(flat).tolist(),
        "deviations": deviation.tolist(),
        "duplicates": {
            "images": int(len(x) - len(values)),
            "groups": int((sizes > 1).sum()),
            "largest": int(sizes.max()),
            "conflicting": sum(
                len(set(labels[groups == g])) > 1 for g in np.flatnonzero(sizes > 1)
            ),
            "rows": [
                {"index": i, "of": int(first[groups[i]])}
                for i in range(len(x))
                if first[groups[i]] != i
            ],
        },
    }


x = images()
labels = rng.choice([1, 2, 3, 200], 61, p=[0.5, 0.3, 0.15, 0.05])
labels[30], labels[41] = labels[2], labels[11] + 1
f = ((x.astype(np.float32) - np.float32(101.5)) / np.float32(77.25)).astype(np.float32)
u8 = statistics(x, labels)
u8["histogram"] = np.bincount(x.reshape(-1), minlength=256).tolist()
print(
    json.dumps(
        {
            "rows": ROWS,
            "columns": COLUMNS,
            "labels": labels.tolist(),
            "pixels": x.reshape(-1).tolist(),
            "floats": [float(v) for v in f.reshape(-1)],
            "u8": u8,
            "f32": statistics(f, labels),
        }
    )
)
