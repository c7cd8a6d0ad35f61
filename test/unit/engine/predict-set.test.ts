/** Prediction of a stream, by a model that is a few lines of arithmetic. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { predictSet } from '../../../src/engine/predict-set.js';
import type { Predictor } from '../../../src/engine/predictor.js';
import { type Annotation, encodeAnnotation } from '../../../src/idx/annotation.js';
import { encodeHeader } from '../../../src/idx/header.js';
import { normalize, scaleToUnit } from '../../../src/idx/normalization.js';
import { openSet } from '../../../src/idx/set-reader.js';
import { encodeValues } from '../../../src/idx/types.js';
import { ByteReader } from '../../../src/io/byte-reader.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('engine/predict-set');
const classes = { names: ['dark', 'bright'], labels: [3, 9] };

/** One pixel an image; says `bright` with probability pixel / 255. Remembers the sizes of its batches. */
function brightness(): Predictor & { readonly sizes: number[] } {
  const sizes: number[] = [];
  return {
    sizes,
    info: {
      rows: 1,
      columns: 1,
      classes,
      normalization: scaleToUnit,
      spec: {},
      recipe: {},
      lineage: { history: [], seed: 0, engine: 'none' },
      training: {},
      digest: '0123456789abcdef',
    },
    async predict(pixels, count) {
      sizes.push(count);
      const probabilities = Float32Array.from(
        { length: 2 * count },
        (_, i) => (i % 2 ? pixels[i >> 1]! : 255 - pixels[i >> 1]!) / 255,
      );
      return { logits: probabilities, probabilities };
    },
    close: async () => {},
  };
}

interface Stream {
  readonly pixels: Uint8Array | Float32Array;
  readonly labels?: readonly number[];
  readonly annotation?: Partial<Annotation>;
  /** Bytes a chunk. */
  readonly chunk?: number;
}

function open({ pixels, labels, annotation, chunk = 5 }: Stream) {
  const type = pixels instanceof Uint8Array ? 'u8' : 'f32';
  const bytes = Buffer.concat([
    annotation ? encodeAnnotation({ fmnist: 1, history: [], ...annotation }) : Buffer.alloc(0),
    ...(labels ? [encodeHeader('u8', [labels.length]), Buffer.from(labels)] : []),
    encodeHeader(type, [pixels.length, 1, 1]),
    encodeValues(pixels),
  ]);
  const reader = new ByteReader(
    'test.idx',
    (async function* () {
      for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
    })(),
  );
  return openSet(reader, { labels: 'optional' });
}

async function predictAll(stream: Stream, model: Predictor = brightness(), size = 4) {
  const bright: number[] = [];
  for await (const batch of predictSet(await open(stream), model, size)) {
    assert.is(batch.start, bright.length);
    for (let i = 0; i < batch.count; i++) bright.push(batch.probabilities[2 * i + 1]!);
  }
  return bright;
}

const ramp = Uint8Array.from({ length: 11 }, (_, i) => i * 25);

async function refused(stream: Stream, message: RegExp): Promise<void> {
  assert.match(await troubleOf(() => predictAll(stream)), message);
}

test('batches are of the size asked for, however the stream arrives', async () => {
  for (const chunk of [1, 3, 1000]) {
    const model = brightness();
    const bright = await predictAll({ pixels: ramp, chunk }, model);
    assert.equal(model.sizes, [4, 4, 3]);
    assert.equal(
      bright,
      [...ramp].map((value) => Math.fround(value / 255)),
    );
  }
});

test('pixels normalised as the model does give what raw ones give', async () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const normalised = normalize(all, scaleToUnit, 1);
  assert.equal(
    await predictAll({ pixels: normalised, annotation: { normalization: scaleToUnit } }),
    await predictAll({ pixels: all }),
  );
});

test('other or unknown normalisations are refused', async () => {
  const pixels = Float32Array.of(0.5);
  const other = { kind: 'standardize', per: 'dataset', mean: [73], deviation: [90] } as const;
  await refused(
    { pixels, annotation: { normalization: other } },
    /normalised by standardize\(mean 73, deviation 90\); the model was trained on scale/,
  );
  await refused({ pixels }, /does not say how they were normalised/);
  await refused(
    { pixels: Float32Array.of(0, 0.401), annotation: { normalization: scaleToUnit } },
    /image 1: pixel 0 is 102\.255 in raw units/,
  );
});

test('labels are matched by value, and by name where both sides give one', async () => {
  assert.is((await predictAll({ pixels: ramp.subarray(0, 2), labels: [3, 9] })).length, 2);
  await refused({ pixels: ramp.subarray(0, 2), labels: [9, 1] }, /image 1 has label 1, which/);
  const named = (names: string[]) => ({
    pixels: ramp.subarray(0, 1),
    labels: [3],
    annotation: { classes: names, labels: [3, 9] },
  });
  await predictAll(named(['dark', 'bright']));
  await predictAll(named(['3', '9']));
  await refused(named(['bright', 'dark']), /calls label 3 'bright', the model calls it 'dark'/);
});

test('a probability that is not finite: the error names model and image', async () => {
  const model = brightness();
  const sick: Predictor = {
    ...model,
    async predict(pixels, count) {
      const prediction = await model.predict(pixels, count);
      if (pixels[0]! > 0) prediction.probabilities[3] = Number.NaN;
      return prediction;
    },
  };
  assert.is(
    await troubleOf(() => predictAll({ pixels: ramp }, sick)),
    'model 0123456789ab: gives no finite probability for image 5; its weights are damaged or it was trained to NaN',
  );
});

test.run();
