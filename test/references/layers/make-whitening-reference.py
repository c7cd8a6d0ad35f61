"""Whitening filters by NumPy, of the images of whitening.test.ts; writes whitening-reference.json. usage: make-whitening-reference.py"""

import json
import pathlib

import numpy

rows, columns, count = 9, 8, 40
i = numpy.arange(count * rows * columns)
image, r, c = i // (rows * columns), i // columns % rows, i % columns
pixels = ((image * 37 + r * 5 + c * 3 + (i * 7919) % 11) % 64) / 32 - 1
images = pixels.reshape(count, rows, columns)


def filters(side):
    patches = numpy.lib.stride_tricks.sliding_window_view(images, (side, side), axis=(1, 2))
    covariance = numpy.cov(patches.reshape(-1, side * side).T, bias=True)
    values, vectors = numpy.linalg.eigh(covariance)
    out = []
    for value, vector in zip(values[::-1], vectors.T[::-1]):
        sign = numpy.sign(vector[numpy.argmax(numpy.abs(vector))])
        out.append(sign * vector / numpy.sqrt(value + 5e-4))
    return numpy.concatenate(out).tolist()


here = pathlib.Path(__file__).resolve().parent
reference = {str(side): filters(side) for side in (2, 3)}
(here / "whitening-reference.json").write_text(json.dumps(reference) + "\n")
