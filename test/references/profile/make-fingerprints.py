"""Hashes a few byte strings with the original MurmurHash3_x86_128, for src/profile/fingerprint.ts.

usage: python make-fingerprints.py > fingerprints.json      (mmh3 >= 4)
"""

import json
import struct

import mmh3
import numpy as np

rng = np.random.default_rng(20261120)
cases = []
for size in [0, 4, 8, 12, 16, 20, 60, 784, 3136]:
    data = rng.integers(0, 256, size).astype(np.uint8).tobytes()
    words = struct.unpack("<4I", mmh3.hash_bytes(data, 0, x64arch=False))
    cases.append({"bytes": list(data), "words": list(words[:2])})
print(json.dumps(cases))
