"""Reference values for src/random, from an implementation of its own: sfc32 (as in PractRand), SHA-256 keys,
MurmurHash3's finaliser; and SciPy's critical values for the tests of distribution.

usage: python make-reference.py > reference.json     (needs scipy)
"""

import hashlib
import json
import math
import struct

from scipy import stats

MASK = 0xFFFFFFFF


class Sfc32:
    def __init__(self, key):
        self.a, self.b, self.c, self.counter = key[0], key[1], key[2], key[3] | 1
        for _ in range(12):
            self.next()

    def next(self):
        out = (self.a + self.b + self.counter) & MASK
        self.counter = (self.counter + 1) & MASK
        self.a = self.b ^ (self.b >> 9)
        self.b = (self.c + (self.c << 3)) & MASK
        self.c = (((self.c << 21) | (self.c >> 11)) + out) & MASK
        return out

    def below(self, bound):
        limit = 2**32 - 2**32 % bound
        while True:
            value = self.next()
            if value < limit:
                return value % bound

    def normal(self):
        while True:
            x, y = 2 * (self.next() / 2**32) - 1, 2 * (self.next() / 2**32) - 1
            square = x * x + y * y
            if 0 < square < 1:
                return x * math.sqrt(-2 * math.log(square) / square)

    def permutation(self, count):
        order = list(range(count))
        for i in range(count - 1, 0, -1):
            j = self.below(i + 1)
            order[i], order[j] = order[j], order[i]
        return order


def derive_key(*parts):
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    return list(struct.unpack("<4I", hashlib.sha256(text.encode()).digest()[:16]))


def mix(h):
    h &= MASK
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & MASK
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & MASK
    return h ^ (h >> 16)


def item_key(key, index):
    low, high = index & MASK, index >> 32
    a = mix(key[0] ^ mix(low + 0x9E3779B9))
    b = mix(key[1] ^ mix(high ^ a))
    c = mix(key[2] ^ mix(low ^ b))
    d = mix(key[3] ^ mix(a + c))
    return [a, b, c, d]


keys = [[0, 0, 0, 0], [1, 2, 3, 4], [MASK, MASK, MASK, MASK], [0xDEADBEEF, 0, 0x80000000, 0x7FFFFFFE]]
derived = [[0, "fmnist-split", "holdout"], [7, "fmnist-augment", "shift", 3], [MASK, "größe", ""]]
indexes = [0, 1, 59999, MASK, 2**32, 2**40 + 5]
key = derive_key(0, "reference")

print(
    json.dumps(
        {
            "sfc32": [
                {"key": k, "next": [g.next() for _ in range(20)]} for k in keys for g in [Sfc32(k)]
            ],
            "derived": [{"parts": p, "key": derive_key(*p)} for p in derived],
            "items": [{"key": key, "index": i, "item": item_key(key, i)} for i in indexes],
            "below": [
                {"bound": b, "values": [g.below(b) for _ in range(10)]}
                for b in [1, 2, 10, 3 * 2**30, 2**32 - 1, 2**32]
                for g in [Sfc32(key)]
            ],
            "normal": [g.normal() for g in [Sfc32(key)] for _ in range(20)],
            "permutation": Sfc32(key).permutation(17),
            "critical": {
                # One run in a million would fail by chance; the runs are seeded, so none does twice.
                "chiSquare": {str(df): stats.chi2.isf(1e-6, df) for df in [1, 5, 9, 15, 23, 99, 119]},
                "kolmogorov": {str(n): float(stats.ksone.isf(5e-7, n)) for n in [10000]},
                "normal": stats.norm.isf(5e-7),
            },
            "normalCdf": [[x / 4, float(stats.norm.cdf(x / 4))] for x in range(-16, 17)],
        }
    )
)
