"""Corrupts images with NumPy and SciPy, for src/image/corruptions/ to agree with: the kinds without random draws, from
their definitions in fmnist-corrupt(1).

usage: python make-reference.py > reference.json      (SciPy >= 1.11, NumPy)
"""

import json

import numpy as np
from scipy import ndimage

rng = np.random.default_rng(20261121)


def finished(values):
    return np.clip(np.floor(values + 0.5), 0, 255).astype(int)


def gaussian_blur(image, amount):
    return ndimage.gaussian_filter(image, amount * min(image.shape), mode="nearest", truncate=4)


def defocus_blur(image, amount):
    radius = amount * min(image.shape)
    reach = int(np.floor(radius + 0.5))
    # Nine points a pixel on each axis, its middle among them.
    fine = np.arange(-reach * 9 - 4, reach * 9 + 5) / 9
    inside = np.hypot(fine[:, None], fine[None, :]) <= radius
    kernel = inside.reshape(2 * reach + 1, 9, 2 * reach + 1, 9).sum(axis=(1, 3)).astype(float)
    return ndimage.correlate(image, kernel / kernel.sum(), mode="nearest")


def about_centre(image, matrix):
    centre = (np.array(image.shape) - 1) / 2
    offset = centre - matrix @ centre
    seen = ndimage.affine_transform(image, matrix, offset, order=1, mode="grid-constant", cval=0)
    return np.floor(seen + 0.5)


def scale(image, amount):
    return about_centre(image, np.eye(2) / (1 - amount))


def zoom_blur(image, amount):
    return np.mean([about_centre(image, np.eye(2) / (1 + amount * k / 10)) for k in range(11)], axis=0)


def pixelate(image, amount):
    def averages(size):
        fewer = max(1, int(np.floor(size * (1 - amount) + 0.5)))
        edges = np.arange(fewer + 1) * size / fewer
        pixels = np.arange(size)
        overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
        weights = np.maximum(overlap, 0) / (size / fewer)
        return weights, np.floor((pixels + 0.5) * fewer / size).astype(int)

    down, rows = averages(image.shape[0])
    right, columns = averages(image.shape[1])
    return (down @ image @ right.T)[np.ix_(rows, columns)]


kinds = {
    "gaussian-blur": (gaussian_blur, [0.02, 0.03, 0.045, 0.065, 0.09]),
    "defocus-blur": (defocus_blur, [0.04, 0.06, 0.08, 0.105, 0.135]),
    "zoom-blur": (zoom_blur, [0.1, 0.2, 0.3, 0.4, 0.5]),
    "scale": (scale, [0.1, 0.2, 0.3, 0.4, 0.5]),
    "pixelate": (pixelate, [0.4, 0.5, 0.6, 0.7, 0.75]),
    "brightness": (lambda image, amount: image + 255 * amount, [0.1, 0.2, 0.3, 0.4, 0.5]),
    "contrast": (lambda image, amount: image.mean() + (1 - amount) * (image - image.mean()), [0.6, 0.7, 0.8, 0.9, 0.95]),
    "inversion": (lambda image, amount: (1 - amount) * image + amount * (255 - image), [0.2, 0.4, 0.6, 0.8, 1]),
}

images = [rng.integers(0, 256, (28, 28)), rng.integers(0, 256, (17, 24))]
cases = []
for name, (corrupt, amounts) in kinds.items():
    for severity in (1, 3, 5):
        for image, pixels in enumerate(images):
            made = finished(corrupt(pixels.astype(float), amounts[severity - 1]))
            cases.append({"kind": name, "severity": severity, "image": image, "pixels": made.ravel().tolist()})

print(
    json.dumps(
        {
            "images": [{"rows": i.shape[0], "columns": i.shape[1], "pixels": i.ravel().tolist()} for i in images],
            "cases": cases,
        },
        separators=(",", ":"),
    )
)
