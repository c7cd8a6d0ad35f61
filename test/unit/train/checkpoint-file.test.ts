/** Checkpoints as bytes: what is written is read to the last bit, and what is not as it was written is refused. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperationalError } from '../../../src/core/errors.js';
import { encodeHeader } from '../../../src/idx/header.js';
import { ByteReader } from '../../../src/io/byte-reader.js';
import {
  type Checkpoint,
  encodeCheckpoint,
  readCheckpoint,
} from '../../../src/train/checkpoint-file.js';
import { readRecipe } from '../../../src/train/recipe.js';
import { inPieces, makeItem } from '../../support/streams.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('checkpoint file');

const recipe = readRecipe({
  model: { layers: [{ kind: 'flatten' }] },
  optimizer: { kind: 'adam', learningRate: 0.1 },
  epochs: 3,
});
const run = {
  fmnist: '1.2.3',
  engine: 'abacus 1',
  seed: 7,
  recipe,
  training: 'SHA-256 00',
  validation: 'none',
};
const small: Checkpoint = {
  run,
  snapshot: {
    step: 5,
    epochs: [
      {
        type: 'epoch',
        epoch: 1,
        step: 3,
        learningRate: 0.1,
        loss: 1 / 3,
        accuracy: 0.1 + 0.2,
        imagesPerSecond: 100,
        seconds: 0.5,
      },
    ],
    underWay: { steps: 2, loss: 2.0000000000000004, correct: 1, seconds: 0.25 },
    state: { parameters: Float32Array.of(1.5, -0), statistics: new Float32Array(0) },
    kept: { parameters: Float32Array.of(0.1, 1e-45), statistics: new Float32Array(0) },
  },
};

const encode = (checkpoint: Checkpoint) => Buffer.concat([...encodeCheckpoint(checkpoint)]);
const read = (bytes: Uint8Array, pieces?: number) =>
  readCheckpoint(new ByteReader('test', inPieces(bytes, pieces), { hash: true }));

test('a snapshot survives encoding and decoding', async () => {
  assert.equal(await read(encode(small)), small);
  const first = { ...small, snapshot: { ...small.snapshot, epochs: [], kept: undefined } };
  assert.equal(await read(encode(first)), first);
});

test('any arrays, to the last bit, however the bytes come', async () => {
  const floats = fc.float32Array({ maxLength: 40 });
  const arrays = fc.dictionary(fc.stringMatching(/^[a-z][a-z.0-9]{0,11}$/), floats);
  await fc.assert(
    fc.asyncProperty(arrays, fc.integer({ min: 1, max: 300 }), async (state, pieces) => {
      const { snapshot } = await read(
        encode({ ...small, snapshot: { ...small.snapshot, state } }),
        pieces,
      );
      const bits = (values: Record<string, Float32Array>) =>
        Object.entries(values).map(([name, v]) => [name, ...new Uint32Array(v.slice().buffer)]);
      assert.equal(bits(snapshot.state), bits(state));
    }),
    { numRuns: 60 },
  );
});

test('a file cut short at any byte is refused', async () => {
  const bytes = encode(small);
  for (let size = 0; size < bytes.length; size++)
    assert.match(await troubleOf(() => read(bytes.subarray(0, size))), /^test: ./);
});

test('a file with any bit changed is refused', async () => {
  const bytes = encode(small);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const damaged = Buffer.from(bytes);
    damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7));
    try {
      await read(damaged);
      assert.unreachable(`bit ${bit}`);
    } catch (error) {
      assert.instance(error, OperationalError, `bit ${bit}: ${error}`);
    }
  }
});

test('errors name the fault', async () => {
  const bytes = encode(small);
  const damaged = Buffer.from(bytes);
  damaged[bytes.length - 50] = damaged[bytes.length - 50]! ^ 1;
  assert.is(
    await troubleOf(() => read(damaged)),
    'test: is damaged: its SHA-256 is not the one at its end',
  );
  assert.is(
    await troubleOf(() => read(Buffer.concat([bytes, bytes]))),
    `test: goes on behind its end at byte ${bytes.length}`,
  );
  assert.is(
    await troubleOf(() => read(bytes.subarray(0, -2))),
    `test: cut short at byte ${bytes.length - 2}: 32 bytes from byte ${bytes.length - 32} on were expected`,
  );
  const foreign =
    'test: is no checkpoint of format 1; one that fmnist-train --checkpoint wrote was expected';
  const labels = makeItem([3], Uint8Array.of(1, 2, 3));
  assert.is(await troubleOf(() => read(labels)), foreign);
  const huge = encodeHeader('i8', [0xffff_ffff]);
  assert.is(await troubleOf(() => read(huge)), foreign);
});

test('a number that JSON cannot express is not written', () => {
  const underWay = { ...small.snapshot.underWay, loss: Number.NaN };
  assert.throws(
    () => encode({ ...small, snapshot: { ...small.snapshot, underWay } }),
    /checkpoint\.underWay\.loss/,
  );
});

test.run();
