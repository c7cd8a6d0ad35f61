"""Measures images with NumPy and SciPy, for src/image/features/ to agree with, from the definitions in fmnist-features(1).

usage: python make-reference.py > reference.json      (SciPy >= 1.11, NumPy)
"""

import json

import numpy as np
from scipy import ndimage, stats

rng = np.random.default_rng(20261121)


def features(image):
    x = image.astype(float)
    rows, columns = x.shape
    across, down = ndimage.sobel(x, axis=1, mode="nearest"), ndimage.sobel(x, axis=0, mode="nearest")
    found = {
        "brightness": x.mean(),
        "contrast": x.std(),
        "sharpness": ndimage.laplace(x, mode="nearest").std(),
        "edges": (np.hypot(across, down) / 8 >= 32).mean(),
        "entropy": stats.entropy(np.bincount(image.ravel(), minlength=256), base=2),
        "coverage": (image >= 32).mean(),
    }
    if x.std() > 0:
        found["symmetry"] = np.corrcoef(x.ravel(), x[:, ::-1].ravel())[0, 1]
    if (image >= 32).any():
        (box,) = ndimage.find_objects((image >= 32).astype(int))
        found["boxTop"], found["boxLeft"] = box[0].start / rows, box[1].start / columns
        found["boxHeight"] = (box[0].stop - box[0].start) / rows
        found["boxWidth"] = (box[1].stop - box[1].start) / columns
    if x.sum() == 0:
        return found
    row, column = ndimage.center_of_mass(x)
    found["centreRow"], found["centreColumn"] = (row + 0.5) / rows, (column + 0.5) / columns
    r, c = np.indices(x.shape)
    if (x > 0).sum() < 2:
        return found
    # Columns to the right and rows upwards, weighted by the values.
    covariance = np.cov(np.stack([c.ravel(), -r.ravel()]), aweights=x.ravel(), ddof=0)
    small, large = np.linalg.eigvalsh(covariance)
    if large - small < 1e-9 * large:
        found["elongation"] = 0
        return found
    _, vectors = np.linalg.eigh(covariance)
    u, v = vectors[:, 1]
    angle = np.degrees(np.arctan2(v, u))
    found["orientation"] = angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle
    found["elongation"] = 1 - np.sqrt(max(0, small) / large)
    return found


slanted = np.zeros((20, 26), int)
for i in range(4, 17):
    slanted[20 - i, i : i + 5] = 200 + i
spots = np.where(rng.random((28, 28)) < 0.2, rng.integers(0, 256, (28, 28)), 0)
smooth = np.clip(ndimage.gaussian_filter(rng.normal(0, 1, (15, 31)), 2) * 600 + 60, 0, 255).astype(int)
dim = rng.integers(0, 32, (9, 9))
images = {
    "noise": rng.integers(0, 256, (28, 28)),
    "slanted": slanted,
    "upright": slanted.T.copy(),
    "spots": spots,
    "smooth": smooth,
    "dim": dim,
    "black": np.zeros((7, 5), int),
    "grey": np.full((8, 8), 77),
    "one pixel": np.full((1, 1), 40),
}
print(
    json.dumps(
        [
            {
                "name": name,
                "rows": image.shape[0],
                "columns": image.shape[1],
                "pixels": image.ravel().tolist(),
                "features": {key: float(value) + 0.0 for key, value in features(image).items()},
            }
            for name, image in images.items()
        ],
        separators=(",", ":"),
    )
)
