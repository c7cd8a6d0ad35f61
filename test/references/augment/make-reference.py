"""Warps images with SciPy, for src/image/augment/ to agree with: the matrices are composed as Keras' apply_affine_transform
composes them (https://github.com/keras-team/keras, keras/src/legacy/preprocessing/image.py), flips and whole moves by NumPy.

usage: python make-reference.py > reference.json      (SciPy >= 1.11, NumPy)
"""

import json

import numpy as np
from scipy import ndimage

rng = np.random.default_rng(20261120)
modes = {"zero": "grid-constant", "nearest": "nearest", "reflect": "reflect"}
still = dict(rotate=0, left=0, up=0, shear=0, zoomX=1, zoomY=1, flip=False, right=0, down=0)


def matrix(rows, columns, rotate, left, up, shear, zoomX, zoomY, **_):
    """Columns first, as (x, y, 1); the centre is that of the middle pixel or pixels."""
    theta, phi = np.deg2rad(rotate), np.arcsin(shear)
    rotation = np.array([[np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])
    shift = np.array([[1, 0, left], [0, 1, up], [0, 0, 1]])
    shearing = np.array([[1, -np.sin(phi), 0], [0, np.cos(phi), 0], [0, 0, 1]])
    zoom = np.diag([zoomX, zoomY, 1])
    x, y = columns / 2 - 0.5, rows / 2 - 0.5
    to = np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])
    back = np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1]])
    return to @ rotation @ shift @ shearing @ zoom @ back


def warp(image, geometry, fill):
    """The affine map; then the flip; then the move by whole pixels, each over what lies beyond the edge."""
    rows, columns = image.shape
    reach = 3 * max(rows, columns)
    m = matrix(rows, columns, **geometry)
    swap = [1, 0]
    linear, offset = m[:2, :2][swap][:, swap], m[:2, 2][swap]
    # More than the picture is looked at, so that the move brings in what the map shows there.
    offset = offset - linear @ np.array([reach, reach])
    shape = (rows + 2 * reach, columns + 2 * reach)
    seen = ndimage.affine_transform(
        image.astype(np.float64), linear, offset, output_shape=shape, order=1, mode=modes[fill], cval=0
    )
    if geometry["flip"]:
        seen = seen[:, ::-1]
    top, left = reach - geometry["down"], reach - geometry["right"]
    return seen[top : top + rows, left : left + columns]


geometries = [
    dict(rotate=15),
    dict(rotate=-90),
    dict(left=1.3, up=-2.6),
    dict(shear=0.4),
    dict(zoomX=0.85, zoomY=1.15),
    dict(rotate=-11.5, left=-0.7, up=1.9, shear=-0.12, zoomX=1.1, zoomY=0.9),
    dict(rotate=8, left=2.2, up=0.4, shear=0.1, zoomX=0.9, zoomY=1.05, flip=True),
    dict(rotate=8, left=2.2, up=0.4, shear=0.1, zoomX=0.9, zoomY=1.05, flip=True, right=3, down=-2),
    dict(rotate=170, left=-9, up=20, zoomX=1.9, zoomY=1.7),
    dict(flip=True),
    dict(right=2, down=-1),
    dict(flip=True, right=-12, down=1),
]
images = [rng.integers(0, 256, (12, 9)), rng.integers(0, 256, (5, 8))]
warps = []
for geometry in geometries:
    for image, pixels in enumerate(images):
        for fill in modes:
            full = {**still, **geometry}
            seen = warp(pixels, full, fill)
            warps.append(
                {"image": image, "fill": fill, "geometry": full, "pixels": [round(v, 4) + 0.0 for v in seen.ravel().tolist()]}
            )

print(
    json.dumps(
        {
            "images": [{"rows": i.shape[0], "columns": i.shape[1], "pixels": i.ravel().tolist()} for i in images],
            "warps": warps,
        },
        separators=(",", ":"),
    )
)
