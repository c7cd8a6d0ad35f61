/** Headers and values: against NumPy's bytes (make-reference.py), round trips, and what is refused. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeHeader, payloadBytes, readHeader } from '../../../src/idx/header.js';
import {
  decodeValues,
  encodeValues,
  type IdxTypeName,
  idxTypes,
  typeOfArray,
  typeOfCode,
} from '../../../src/idx/types.js';
import type { ByteReader } from '../../../src/io/byte-reader.js';
import { paths } from '../../support/paths.js';
import { makeItem, readerOf } from '../../support/streams.js';
import { troubleOf } from '../../support/trouble.js';

interface ReferenceItem {
  readonly type: IdxTypeName;
  readonly shape: readonly number[];
  readonly values: readonly string[];
  readonly bytes: string;
}

const reference = JSON.parse(
  readFileSync(`${paths.root}/test/references/idx/reference.json`, 'utf8'),
) as ReferenceItem[];
const typeNames = Object.keys(idxTypes) as IdxTypeName[];
const number = (text: string) => Number(text.replace('inf', 'Infinity'));

const test = suite('idx: header and values');

test("NumPy's items are read to the last bit, and written to the last byte", async () => {
  assert.is(reference.length, 24);
  for (const { type, shape, values, bytes } of reference) {
    const item = Buffer.from(bytes, 'hex');
    const reader = readerOf(item, 5);
    const header = await readHeader(reader);
    assert.is(header.type.name, type);
    assert.equal(header.shape, shape);
    const decoded = decodeValues(type, await reader.read(payloadBytes(header)));
    assert.ok(await reader.atEnd());
    assert.ok([...decoded].every((value, i) => Object.is(value, number(values[i]!))));
    assert.is(makeItem(shape, decoded).toString('hex'), bytes);
  }
});

test('values stand big-endian: bytes made by hand', () => {
  const bytes = Buffer.from([0x01, 0x02, 0xff, 0xfe]);
  assert.equal([...decodeValues('u8', bytes)], [1, 2, 255, 254]);
  assert.equal([...decodeValues('i8', bytes)], [1, 2, -1, -2]);
  assert.equal([...decodeValues('i16', bytes)], [258, -2]);
  assert.equal([...decodeValues('i32', bytes)], [0x0102fffe]);
  assert.equal([...decodeValues('f32', Buffer.from([0x3f, 0xc0, 0, 0]))], [1.5]);
  assert.equal([...decodeValues('f64', Buffer.from([0xbf, 0xf8, 0, 0, 0, 0, 0, 0]))], [-1.5]);
  assert.equal([...bytes], [1, 2, 255, 254], 'the bytes stay as they were');
});

test('values at odd places in memory', () => {
  const bytes = Buffer.concat([Buffer.alloc(3), Buffer.from([0x3f, 0xc0, 0, 0])]).subarray(3);
  assert.equal([...decodeValues('f32', bytes)], [1.5]);
  const values = new Float32Array([9, 1.5]).subarray(1);
  assert.equal([...encodeValues(values)], [0x3f, 0xc0, 0, 0]);
  assert.equal([...values], [1.5], 'the values stay as they were');
});

test('values round trip, all types', () => {
  const arrays = {
    u8: fc.uint8Array(),
    i8: fc.int8Array(),
    i16: fc.int16Array(),
    i32: fc.int32Array(),
    f32: fc.float32Array(),
    f64: fc.float64Array(),
  };
  for (const name of typeNames)
    fc.assert(
      fc.property(arrays[name] as fc.Arbitrary<Float64Array>, (values) => {
        assert.is(typeOfArray(values), name);
        const bytes = encodeValues(values);
        assert.is(bytes.length, values.length * idxTypes[name].size);
        const back = decodeValues(name, Buffer.from(bytes));
        assert.ok(back.length === values.length && back.every((v, i) => Object.is(v, values[i])));
      }),
    );
});

test('headers round trip, six types and ranks 1 to 255', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...typeNames),
      fc.integer({ min: 1, max: 255 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 0xffff_ffff })),
      fc.integer({ min: 1, max: 50 }),
      async (type, rank, sizes, pieces) => {
        // At most one large size, so that the product stays below 2^53.
        const shape = [...sizes.take(rank)].map((size, i) => (i === 0 ? size : size % 2));
        const bytes = encodeHeader(type, shape);
        assert.is(bytes.length, 4 + 4 * rank);
        const header = await readHeader(readerOf(bytes, pieces));
        assert.is(header.type, idxTypes[type]);
        assert.equal(header.shape, shape);
        assert.is(
          payloadBytes(header),
          shape.reduce((a, b) => a * b, idxTypes[type].size),
        );
      },
    ),
  );
});

test('a type code is one of six', () => {
  const known = Array.from({ length: 256 }, (_, code) => code).filter(
    (code) => typeOfCode(code) !== undefined,
  );
  assert.equal(known, [0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e]);
});

test('a header that cannot be written is refused', () => {
  for (const shape of [[], new Array(256).fill(1), [2 ** 32], [-1], [1.5], [Number.NaN]])
    assert.throws(
      () => encodeHeader('u8', shape),
      (e: Error) => e instanceof RangeError,
    );
  assert.is(encodeHeader('u8', [0xffff_ffff]).toString('hex'), '00000801ffffffff');
});

test('a header cut short anywhere is named as such, with its place', async () => {
  const header = encodeHeader('u8', [3, 28, 28]);
  for (let length = 1; length < header.length; length++) {
    const wanted = length < 4 ? 4 : 16;
    assert.is(
      await complaint(header.subarray(0, length)),
      `test: cut short in the IDX header at byte 0: ${wanted} bytes were expected, ${length} are there`,
    );
  }
});

test('empty, foreign and impossible headers', async () => {
  const foreign = (found: string, guess = '') =>
    `test: not an IDX header at byte 0: found ${found}; expected 00 00, a type (08, 09, 0b, 0c, 0d, 0e) and a rank${guess}`;
  const cases: [Buffer, string][] = [
    [Buffer.alloc(0), 'test: is empty; an IDX stream was expected'],
    [Buffer.from([0, 0, 0x0a, 1]), foreign('00 00 0a 01')],
    [Buffer.from([0, 1, 8, 1]), foreign('00 01 08 01')],
    [Buffer.from([1]), foreign('01')],
    [Buffer.from([0, 5]), foreign('00 05')],
    [Buffer.from([0, 0, 7]), foreign('00 00 07')],
    [
      Buffer.from('label,pixel1'),
      foreign('6c 61 62 65', ' (this looks like CSV; fmnist-cat converts it)'),
    ],
    [Buffer.from('{"type"'), foreign('7b 22 74 79', ' (this looks like JSON)')],
    [
      Buffer.from([0x89, 0x50, 0x4e, 0x47]),
      foreign('89 50 4e 47', ' (this looks like a PNG image; fmnist-cat converts it)'),
    ],
    [
      Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
      foreign('ff d8 ff e0', ' (this looks like a JPEG image; fmnist-cat converts it)'),
    ],
    [Buffer.from([0x1f]), foreign('1f', ' (this looks like gzip cut short)')],
    [Buffer.from('hello'), foreign('68 65 6c 6c', ' (this looks like text)')],
    [
      Buffer.from([0, 0, 8, 0]),
      'test: the IDX header at byte 0 has rank 0; at least one dimension was expected',
    ],
    [
      encodeHeader('f64', [0xffff_ffff, 0xffff_ffff]),
      'test: the IDX header at byte 0 claims 4294967295 × 4294967295 values; that is more than any stream can hold',
    ],
  ];
  for (const [bytes, message] of cases) assert.is(await complaint(bytes), message);
});

test('the offset is that of the header, and nothing is not empty behind something', async () => {
  const reader = readerOf(Buffer.from('abcd'));
  await reader.read(4);
  assert.is(await complaintOf(reader), 'test: ends at byte 4; another IDX item was expected there');
  const later = readerOf(Buffer.from([9, 9, 0, 0, 8]));
  await later.read(2);
  assert.match(await complaintOf(later), /header at byte 2: 4 bytes were expected, 3 are there/);
});

test.run();

const complaint = (bytes: Buffer) => complaintOf(readerOf(bytes, 3));
const complaintOf = (reader: ByteReader) => troubleOf(() => readHeader(reader));
