/** fmnist-norm as a whole, in memory: what the stream says of itself behind it. */

import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import norm from '../../../src/cmd/norm.js';
import { openSet } from '../../../src/idx/set-reader.js';
import { runInMemory } from '../../support/memory-io.js';
import { makeSet, readerOf } from '../../support/streams.js';

const test = suite('cmd: norm');
const annotation = { dataset: 'made', classes: ['a', 'b', 'c'], note: { kept: true } };
const made = makeSet({ annotation });

test('the annotation gains the contract and a history record, and keeps the rest', async () => {
  const { stdout, status, stderr } = await runInMemory(norm, ['--fit'], made.bytes);
  assert.is(status, 0, stderr);
  const set = await openSet(readerOf(stdout), { labels: 'required' });
  const { normalization, history, ...rest } = set.annotation ?? { history: [] };
  assert.equal(rest, { fmnist: 1, ...annotation });
  assert.is(normalization?.kind, 'standardize');
  assert.equal(history.at(-1)?.options, { fit: true, kind: 'standardize', per: 'dataset' });
  const sha256 = createHash('sha256').update(made.bytes).digest('hex');
  assert.equal(history.at(-1)?.read, [{ sha256, bytes: made.bytes.length }]);
  assert.is(set.images.type, 'f32');
  assert.equal(set.labels, made.labels);
});

test('the inverse takes the contract away, and adds to the history', async () => {
  const { stdout } = await runInMemory(norm, ['--fit'], made.bytes);
  const back = await runInMemory(norm, ['--inverse'], stdout);
  const set = await openSet(readerOf(back.stdout), { labels: 'required' });
  assert.is(set.annotation?.normalization, undefined);
  assert.not.ok('normalization' in (set.annotation ?? {}));
  assert.is(set.annotation?.history.length, 2);
  assert.equal([...back.stdout.subarray(-made.pixels.length)], [...made.pixels]);
});

test('raw pixels whose annotation says otherwise are refused', async () => {
  const normalization = { kind: 'scale', per: 'dataset', mean: [0], deviation: [255] } as const;
  const liar = makeSet({ annotation: { normalization } });
  const { status, stderr, stdout } = await runInMemory(norm, ['--fit'], liar.bytes);
  assert.is(status, 1);
  assert.match(
    stderr,
    'the pixels are normalised by scale(mean 0, deviation 255), but they are of type u8; f32 was expected',
  );
  assert.is(stdout.length, 0);
});

test('a set without labels stays one', async () => {
  const { imagesItem } = made;
  const { stdout } = await runInMemory(norm, ['--fit', '--bare'], imagesItem);
  assert.equal(stdout.subarray(0, 4), Buffer.from([0, 0, 0x0d, 3]));
  const back = await runInMemory(norm, ['--fit'], stdout);
  assert.match(back.stderr, 'is normalised already; raw pixels of type u8 were expected');
});

test.run();
