/** XXH64, the checksum of Zstandard's frames. https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md */

const [p1, p2, p3, p4, p5] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
];

const wrap = (value: bigint) => BigInt.asUintN(64, value);
const turn = (value: bigint, bits: bigint) => wrap((value << bits) | (value >> (64n - bits)));
const round = (lane: bigint, input: bigint) => wrap(turn(wrap(lane + input * p2), 31n) * p1);
const merge = (sum: bigint, lane: bigint) => wrap((sum ^ round(0n, lane)) * p1 + p4);

/** With seed 0. */
export function xxh64(bytes: Buffer): bigint {
  let at = 0;
  let sum = p5;
  if (bytes.length >= 32) {
    let [a, b, c, d] = [wrap(p1 + p2), p2, 0n, wrap(-p1)];
    for (; at + 32 <= bytes.length; at += 32) {
      a = round(a, bytes.readBigUInt64LE(at));
      b = round(b, bytes.readBigUInt64LE(at + 8));
      c = round(c, bytes.readBigUInt64LE(at + 16));
      d = round(d, bytes.readBigUInt64LE(at + 24));
    }
    sum = wrap(turn(a, 1n) + turn(b, 7n) + turn(c, 12n) + turn(d, 18n));
    for (const lane of [a, b, c, d]) sum = merge(sum, lane);
  }
  sum = wrap(sum + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8)
    sum = wrap(turn(sum ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * p1 + p4);
  if (at + 4 <= bytes.length) {
    sum = wrap(turn(sum ^ wrap(BigInt(bytes.readUInt32LE(at)) * p1), 23n) * p2 + p3);
    at += 4;
  }
  for (; at < bytes.length; at++) sum = wrap(turn(sum ^ wrap(BigInt(bytes[at]!) * p5), 11n) * p1);
  sum = wrap((sum ^ (sum >> 33n)) * p2);
  sum = wrap((sum ^ (sum >> 29n)) * p3);
  return sum ^ (sum >> 32n);
}
