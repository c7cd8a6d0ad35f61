"""Data sets of six grey images of 6 x 5 pixels in the formats that other tools write, by those tools.

usage: python make-reference.py (with numpy, scipy, pyarrow and pillow). Image i holds the values 31 i + j mod 256.
"""

import io
import json
import tarfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.io
from PIL import Image

images = np.array([[[(31 * i + j) % 256 for j in range(5 * r, 5 * r + 5)] for r in range(6)] for i in range(6)], np.uint8)
labels = np.array([3, 1, 4, 1, 5, 9])
train, test = slice(0, 4), slice(4, 6)

np.savez("keras.npz", x_train=images[train], y_train=labels[train].astype(np.uint8), x_test=images[test], y_test=labels[test].astype(np.uint8))
np.savez_compressed("medmnist.npz", **{
    f"{name}_{kind}": value[part] if kind == "images" else value[part].reshape(-1, 1)
    for name, part in (("train", train), ("val", test), ("test", test))
    for kind, value in (("images", images), ("labels", labels))
})
np.save("fortran.npy", np.asfortranarray(images))
np.save("big-endian.npy", images.astype(">f8"))
np.save("shares.npy", (images / 255).astype(np.float32))


def png(image):
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "png")
    return stream.getvalue()


names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
features = {"image": {"_type": "Image"}, "label": {"names": names, "_type": "ClassLabel"}}
table = pa.table(
    {
        "image": [{"bytes": png(image), "path": f"{i}.png"} for i, image in enumerate(images)],
        "label": pa.array(labels, pa.int64()),
    }
).replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
for codec in ("snappy", "zstd"):
    pq.write_table(table, f"{codec}.parquet", compression=codec, row_group_size=4)

stored = {"images": images.reshape(6, 30), "labels": labels.reshape(-1, 1).astype(np.float64), "writers": np.zeros((6, 1))}
dataset = {"train": {k: v[train] for k, v in stored.items()}, "test": {k: v[test] for k, v in stored.items()}}
scipy.io.savemat("emnist.mat", {"dataset": dataset}, do_compression=True)
scipy.io.savemat("plain.mat", {"images": images, "labels": labels}, do_compression=False)

with tarfile.open("web.tar", "w") as archive:
    for i, (image, label) in enumerate(zip(images, labels)):
        for field, content in (("png", png(image)), ("cls", str(label).encode())):
            entry = tarfile.TarInfo(f"{i:06d}.{field}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
