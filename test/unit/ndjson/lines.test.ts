/** Records to lines and back: what is written can be read, and everything else has its line number. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toJson } from '../../../src/core/json.js';
import { ByteReader } from '../../../src/io/byte-reader.js';
import {
  type DamagedLine,
  decodeRecords,
  type NumberedRecord,
  parseRecord,
  passOver,
} from '../../../src/ndjson/decode.js';
import { encodeRecord } from '../../../src/ndjson/encode.js';
import type { AnyRecord } from '../../../src/ndjson/records.js';
import { readerOf } from '../../support/streams.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('ndjson: lines');

async function decode(text: Buffer | string, pieces = 65_536, limit?: number) {
  const records: NumberedRecord[] = [];
  for await (const record of decodeRecords(readerOf(Buffer.from(text as string), pieces), limit))
    records.push(record);
  return records;
}

const at = (line: number, record: AnyRecord) => ({ line, where: `test: line ${line}`, record });

const anyRecord = fc
  .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }))
  // JSON has no −0.
  .map((fields) => JSON.parse(JSON.stringify({ ...fields, type: 'x' })) as AnyRecord);

test('records round trip, whatever the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRecord, { maxLength: 8 }),
      fc.constantFrom(1, 2, 7, 65_536),
      fc.constantFrom('\n', '\r\n', '\n\n'),
      async (records, pieces, newline) => {
        const text = records.map((record) => encodeRecord(record).trimEnd() + newline).join('');
        const back = await decode(text, pieces);
        assert.equal(
          back.map(({ record }) => record),
          records,
        );
        const step = newline === '\n\n' ? 2 : 1;
        assert.equal(
          back.map(({ line }) => line),
          records.map((_, i) => i * step + 1),
        );
      },
    ),
  );
});

test('letters of several bytes may be cut anywhere', async () => {
  const record = { type: 'größe', text: '€ 𝄞' };
  for (const pieces of [1, 2, 3, 5])
    assert.equal(await decode(encodeRecord(record).repeat(2), pieces), [
      at(1, record),
      at(2, record),
    ]);
});

test('blank lines, a missing last newline, and a byte-order mark are skipped', async () => {
  assert.equal(await decode('\n  \r\n{"type":"a"}\n\n{"type":"b"}'), [
    at(3, { type: 'a' }),
    at(5, { type: 'b' }),
  ]);
  assert.equal(await decode('\ufeff{"type":"a"}\n'), [at(1, { type: 'a' })]);
  assert.equal(await decode(''), []);
  assert.equal(await decode('\n\n'), []);
});

test('faulty lines are named by number', async () => {
  const good = '{"type":"a"}\n';
  const cases: [string | Buffer, string][] = [
    ['label,pixel1\n', "line 1: is not JSON ('label,pixel1'); one JSON object a line was expected"],
    [
      `${good}${good}{"type":\n`,
      `line 3: is not JSON ('{"type":'); one JSON object a line was expected`,
    ],
    [`${good}\n{"type":"b`, 'line 3: is cut short; a whole JSON object was expected'],
    [
      `${good}{"type":"b","x":NaN}\n`,
      `line 2: is not JSON ('{"type":"b","x":NaN}'); one JSON object a line was expected`,
    ],
    [
      `{"type":"a"}{"type":"b"}\n`,
      `line 1: is not JSON ('{"type":"a"}{"type":"b"}'); one JSON object a line was expected`,
    ],
    [`${good}[1]\n`, 'line 2: is not a JSON object; a record with a type was expected'],
    ['null\n', 'line 1: is not a JSON object; a record with a type was expected'],
    ['5', 'line 1: is not a JSON object; a record with a type was expected'],
    ['{}\n', "line 1: has no 'type'; a record with a type was expected"],
    ['{"type":5}\n', "line 1: has no 'type'; a record with a type was expected"],
    [
      Buffer.concat([Buffer.from(`${good}{"type":"`), Buffer.from([0xff, 0x22, 0x7d, 0x0a])]),
      'line 2: is not UTF-8; JSON in UTF-8 was expected',
    ],
  ];
  for (const [text, message] of cases)
    for (const pieces of [1, 65_536])
      assert.is(await troubleOf(() => decode(text, pieces)), `test: ${message}`);
  assert.is(
    await troubleOf(() => parseRecord('x', '-', 7)),
    "standard input: line 7: is not JSON ('x'); one JSON object a line was expected",
  );
});

test('a damaged record is skipped only where a callback takes it', async () => {
  const [first, second] = await decode('{"type":"a"}\n{"type":"b"}\n');
  assert.is(first?.where, 'test: line 1');
  const told: DamagedLine[] = [];
  passOver(new RangeError('no number'), second!, (damage) => told.push(damage));
  assert.equal(
    told.map(({ line, last, error }) => [line, last, error.message]),
    [[2, false, 'test: line 2: no number']],
  );
  assert.is(
    await troubleOf(() => passOver(new RangeError('no number'), second!)),
    'test: line 2: no number',
  );
  const other = new TypeError('a mistake of ours');
  assert.throws(
    () => passOver(other, second!, (damage) => told.push(damage)),
    (error: unknown) => error === other,
  );
  assert.is(told.length, 1);
});

test('records before a wrong one are given', async () => {
  const seen: string[] = [];
  await troubleOf(async () => {
    for await (const { record } of decodeRecords(readerOf(Buffer.from('{"type":"a"}\nx\n'))))
      seen.push(record.type);
  });
  assert.equal(seen, ['a']);
});

test('a line has a limit; below it, length costs time in proportion', async () => {
  const record = { type: 'a', text: 'x'.repeat(100) };
  const line = encodeRecord(record);
  const { length } = line.trimEnd();
  for (const pieces of [1, 7, 65_536]) {
    assert.is((await decode(line.repeat(3), pieces, length)).length, 3);
    for (const text of [line, line.trimEnd()])
      assert.is(
        await troubleOf(() => decode(text, pieces, length - 1)),
        `test: line 1: is longer than ${length - 1} bytes; shorter records were expected`,
      );
  }
  const long = encodeRecord({ type: 'a', text: 'x'.repeat(20 << 20) });
  const started = performance.now();
  assert.is((await decode(long)).length, 1);
  assert.ok(performance.now() - started < 5000);
});

test('a record is given as soon as its line is there', async () => {
  let released = () => {};
  const source = (async function* () {
    yield Buffer.from('{"type":"a"}\n{"ty');
    await new Promise<void>((resolve) => {
      released = resolve;
    });
  })();
  const records = decodeRecords(new ByteReader('test', source));
  assert.equal((await records.next()).value, at(1, { type: 'a' }));
  released();
});

test('numbers that are none are errors that name the field', () => {
  const cases: [AnyRecord, string][] = [
    [{ type: 'x', loss: Number.NaN }, "field 'loss' of a record is NaN"],
    [{ type: 'x', a: { b: [1, { c: Infinity }] } }, "field 'a.b[1].c' of a record is Infinity"],
    [{ type: 'x', v: new Float32Array([1, -Infinity]) }, "field 'v[1]' of a record is -Infinity"],
  ];
  for (const [record, message] of cases)
    assert.throws(() => encodeRecord(record), `${message}; a finite number was expected`);
});

test('typed arrays are lists, wherever they stand; the rest is as JSON has it', () => {
  const nested = { type: 'x', a: new Uint8Array([1, 2]), b: [{ c: Float32Array.of(0.5) }] };
  assert.is(encodeRecord(nested), '{"type":"x","a":[1,2],"b":[{"c":[0.5]}]}\n');
  assert.ok(nested.a instanceof Uint8Array, 'the record stays as it was');
  assert.is(
    encodeRecord({ type: 'x', none: undefined, no: null, yes: true }),
    '{"type":"x","no":null,"yes":true}\n',
  );
  assert.is(encodeRecord({ type: 'x', bytes: Buffer.from([7]) }), '{"type":"x","bytes":[7]}\n');
  assert.is(encodeRecord({ type: 'a\nb' }).split('\n').length, 2, 'one line, whatever it holds');
  assert.is(toJson([1, 'a', null]), '[1,"a",null]');
});

test.run();
