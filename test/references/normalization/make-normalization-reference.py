"""Fits and applies normalisations with scikit-learn, for src/image/normalization-fit.ts and normalize.ts to agree with.

usage: python make-normalization-reference.py > normalization-reference.json      (scikit-learn >= 1.5, NumPy)
"""

import json

import numpy as np
from sklearn.preprocessing import MinMaxScaler, StandardScaler

rng = np.random.default_rng(20261120)
images = rng.integers(0, 256, (23, 12))
images[:, 0] = 0  # a pixel that never changes
images[:, 1] = 7  # and one that is not black
images[:, 2] = rng.integers(40, 60, 23)
images[:, 3] = 0
images[4, 3] = 3  # all but constant


def fitted(kind, per):
    x = images.astype(np.float64) if per == "pixel" else images.reshape(-1, 1).astype(np.float64)
    if kind == "standardize":
        scaler = StandardScaler().fit(x)
        mean, deviation = scaler.mean_, scaler.scale_
    else:
        scaler = MinMaxScaler().fit(x)
        mean, deviation = scaler.data_min_, 1 / scaler.scale_
    return {
        "kind": kind,
        "per": per,
        "mean": mean.tolist(),
        "deviation": deviation.tolist(),
        "normalized": scaler.transform(x).reshape(-1).tolist(),
    }


print(
    json.dumps(
        {
            "pixels": images.shape[1],
            "images": images.reshape(-1).tolist(),
            "fits": [fitted(k, p) for k in ("standardize", "scale") for p in ("dataset", "pixel")],
        }
    )
)
