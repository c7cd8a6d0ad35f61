/** Protobuf codec: round trips, the bytes of the format's own documentation, and no crash on any input. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProtobufWriter, protobufFields, wholeNumbers } from '../../../src/onnx/protobuf.js';

const test = suite('protobuf');

type Written =
  | { readonly kind: 'integer'; readonly field: number; readonly value: number }
  | { readonly kind: 'float'; readonly field: number; readonly value: number }
  | { readonly kind: 'bytes'; readonly field: number; readonly value: Uint8Array }
  | { readonly kind: 'text'; readonly field: number; readonly value: string };

const field = fc.integer({ min: 1, max: 2 ** 29 - 1 });
const written: fc.Arbitrary<Written> = fc.oneof(
  fc.record({
    kind: fc.constant('integer' as const),
    field,
    value: fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -300, max: 300 })),
  }),
  fc.record({
    kind: fc.constant('float' as const),
    field,
    value: fc.float({ noNaN: true }),
  }),
  fc.record({ kind: fc.constant('bytes' as const), field, value: fc.uint8Array() }),
  fc.record({
    kind: fc.constant('text' as const),
    field,
    value: fc.string({ unit: 'grapheme' }),
  }),
);

function encode(list: readonly Written[]): Uint8Array {
  const writer = new ProtobufWriter();
  for (const one of list) {
    if (one.kind === 'integer') writer.integer(one.field, one.value);
    else if (one.kind === 'float') writer.float(one.field, one.value);
    else writer.bytes(one.field, one.value);
  }
  return writer.finish();
}

test('round trip', () => {
  fc.assert(
    fc.property(fc.array(written), (list) => {
      const read = [...protobufFields(encode(list))];
      assert.is(read.length, list.length);
      const again = read.reduce((out, { raw }) => out.encoded(raw), new ProtobufWriter());
      assert.equal([...again.finish()], [...encode(list)]);
      for (const [i, one] of list.entries()) {
        const got = read[i];
        assert.is(got?.field, one.field);
        if (one.kind === 'bytes') assert.equal([...(got?.bytes ?? [])], [...one.value]);
        else if (one.kind === 'text')
          assert.is(Buffer.from(got?.bytes ?? []).toString(), one.value);
        else assert.ok(Object.is(got?.value, one.value) || got?.value === one.value);
      }
    }),
  );
});

test('a message within a message', () => {
  fc.assert(
    fc.property(fc.array(written), field, (list, outer) => {
      const inner = encode(list);
      const message = new ProtobufWriter()
        .bytes(outer, new ProtobufWriter().bytes(7, inner))
        .finish();
      const [first] = protobufFields(message);
      const [second] = protobufFields(first?.bytes ?? new Uint8Array(0));
      assert.equal([...(second?.bytes ?? [])], [...inner]);
    }),
  );
});

// The examples of https://protobuf.dev/programming-guides/encoding/.
const documented: readonly [string, Uint8Array, number[]][] = [
  ['integer 150', new ProtobufWriter().integer(1, 150).finish(), [0x08, 0x96, 0x01]],
  [
    'text "testing"',
    new ProtobufWriter().bytes(2, 'testing').finish(),
    [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67],
  ],
  [
    'message {150}',
    new ProtobufWriter().bytes(3, new ProtobufWriter().integer(1, 150)).finish(),
    [0x1a, 0x03, 0x08, 0x96, 0x01],
  ],
  [
    'integer -2, as int64',
    new ProtobufWriter().integer(1, -2).finish(),
    [0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  ],
];

for (const [name, bytes, expected] of documented)
  test(`as documented: ${name}`, () => assert.equal([...bytes], expected));

test('packed numbers, as documented, and unpacked ones', () => {
  const packed = Uint8Array.of(0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05);
  assert.equal([...protobufFields(packed)].flatMap(wholeNumbers), [3, 270, 86942]);
  const unpacked = new ProtobufWriter().integer(6, 3).integer(6, 270).integer(6, 86942).finish();
  assert.equal([...protobufFields(unpacked)].flatMap(wholeNumbers), [3, 270, 86942]);
});

test('64-bit fixed fields have no value, and are kept as they are encoded', () => {
  const bytes = Uint8Array.of(0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 5);
  assert.equal(
    [...protobufFields(bytes)].map(({ field, value, raw }) => [field, value, [...raw]]),
    [
      [1, 0, [0x09, 1, 2, 3, 4, 5, 6, 7, 8]],
      [2, 5, [0x10, 5]],
    ],
  );
});

const damaged: readonly [string, number[]][] = [
  ['a varint of eleven bytes', [0x08, ...new Array<number>(10).fill(0x80), 0x01]],
  ['a varint cut short', [0x08, 0x96]],
  ['a field cut short', [0x12, 0x07, 0x74]],
  ['a length below zero', [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ['a float cut short', [0x0d, 1, 2, 3]],
  ['a 64-bit field cut short', [0x09, 1, 2, 3]],
  ['a group', [0x0b]],
  ['wire type 7', [0x0f]],
  ['field number 0', [0x00, 0x00]],
  ['a field number beyond 2^29', [0x80, 0x80, 0x80, 0x80, 0x10, 0x00]],
];

for (const [name, bytes] of damaged)
  test(`refused: ${name}`, () => {
    assert.throws(
      () => [...protobufFields(Uint8Array.from(bytes))],
      (e: unknown) => e instanceof RangeError,
    );
  });

test('any bytes are fields or a RangeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        for (const { field } of protobufFields(bytes)) assert.ok(field >= 1);
      } catch (error) {
        assert.instance(error, RangeError);
      }
    }),
    { numRuns: 2000 },
  );
});

test('numbers that are none are refused', () => {
  for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => new ProtobufWriter().integer(1, value));
});

test.run();
