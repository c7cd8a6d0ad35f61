/** Partial results add up to exactly what one pass gives, wherever a set is cut. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeAnnotation } from '../../../src/idx/annotation.js';
import {
  gatherPartials,
  gatherStreams,
  partialLines,
  reportLines,
  streamOf,
} from '../../support/gather.js';

const test = suite('image/statistics: merge');
const annotation = encodeAnnotation({
  fmnist: 1,
  dataset: 'made',
  synthetic: true,
  classes: ['a', 'b', 'c'],
  labels: [0, 2, 7],
  history: [],
});

interface Made {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Uint8Array | Float32Array;
  readonly labels: Uint8Array | undefined;
  readonly annotated: boolean;
}

/** Small sets of few different pixels, so that blank images and duplicates do occur. */
const sets: fc.Arbitrary<Made> = fc
  .record({
    rows: fc.integer({ min: 1, max: 3 }),
    columns: fc.integer({ min: 1, max: 3 }),
    count: fc.integer({ min: 1, max: 12 }),
    float: fc.boolean(),
    labelled: fc.boolean(),
    annotated: fc.boolean(),
  })
  .chain(({ rows, columns, count, float, labelled, annotated }) => {
    const length = rows * columns * count;
    const size = { minLength: length, maxLength: length };
    const byte = fc.oneof(fc.constantFrom(0, 255), fc.integer({ min: 0, max: 255 }));
    const real = fc.oneof(
      fc.constantFrom(0, -0, 1e-3),
      fc.float({ noNaN: true, min: -1e6, max: 1e6 }),
    );
    return fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      pixels: float
        ? fc.array(real, size).map((v) => Float32Array.from(v))
        : fc.array(byte, size).map((v) => Uint8Array.from(v)),
      labels: labelled
        ? fc
            .array(fc.constantFrom(0, 2, 7, 9), { minLength: count, maxLength: count })
            .map((v) => Uint8Array.from(v))
        : fc.constant(undefined),
      annotated: fc.constant(annotated),
    });
  });

/** The images from `from` to `to` as a stream. */
function part(
  { rows, columns, pixels, labels, annotated }: Made,
  from: number,
  to: number,
): Buffer {
  const size = rows * columns;
  return streamOf(
    pixels.slice(from * size, to * size),
    labels?.slice(from, to),
    rows,
    columns,
    annotated ? annotation : undefined,
  );
}

const countOf = ({ rows, columns, pixels }: Made) => pixels.length / (rows * columns);
const cuts = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 3 });

function cutUp(made: Made, places: readonly number[]): Buffer[] {
  const count = countOf(made);
  const edges = [0, ...places.map((p) => Math.min(p, count)).sort((a, b) => a - b), count];
  return edges.slice(1).map((to, i) => part(made, edges[i]!, to));
}

test('shards merge into the report of one pass, byte for byte; so do merged merges', async () => {
  await fc.assert(
    fc.asyncProperty(sets, cuts, fc.integer({ min: 1, max: 40 }), async (made, places, pieces) => {
      const whole = await gatherStreams([part(made, 0, countOf(made))]);
      const shards = cutUp(made, places);
      const partials: string[] = [];
      for (const shard of shards) partials.push(partialLines(await gatherStreams([shard], pieces)));
      const merged = await gatherPartials(partials);
      assert.is(reportLines(merged), reportLines(whole));
      assert.is(partialLines(merged), partialLines(whole));
      const first = partialLines(await gatherPartials(partials.slice(0, 2)));
      assert.is(
        reportLines(await gatherPartials([first, partials.slice(2).join('')].filter(Boolean))),
        reportLines(whole),
      );
      assert.is(reportLines(await gatherStreams(shards, pieces)), reportLines(whole));
    }),
    { numRuns: 60 },
  );
});

test('in another order only the positions change', async () => {
  const unplaced = (text: string) => text.replace(/^\{"type":"finding".*\n/gm, '');
  await fc.assert(
    fc.asyncProperty(sets, cuts, async (made, places) => {
      const shards = cutUp(made, places);
      const [forth, back] = [shards, [...shards].reverse()];
      assert.is(
        unplaced(reportLines(await gatherStreams(back))),
        unplaced(reportLines(await gatherStreams(forth))),
      );
    }),
    { numRuns: 40 },
  );
});

const made: Made = {
  rows: 2,
  columns: 2,
  pixels: Uint8Array.from({ length: 40 }, (_, i) => i * 6),
  labels: Uint8Array.from({ length: 10 }, (_, i) => i % 3),
  annotated: false,
};

async function refused(texts: readonly string[], message: RegExp): Promise<void> {
  try {
    await gatherPartials(texts);
  } catch (error) {
    assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable(`${message} was expected`);
}

test('what cannot be counted together is refused, by what differs', async () => {
  const text = partialLines(await gatherStreams([part(made, 0, 10)]));
  const other = async (changes: Partial<Made>) =>
    partialLines(await gatherStreams([part({ ...made, ...changes }, 0, 10)]));
  await refused(
    [text, await other({ rows: 4, columns: 1 })],
    /line 1: size: 4 × 1; 2 × 2 was expected/,
  );
  await refused(
    [text, await other({ labels: undefined })],
    /labels: no labels; labels was expected/,
  );
  await refused(
    [text, await other({ annotated: true })],
    /classes: 0 a, 2 b, 7 c; none was expected/,
  );
  const float = Float32Array.from(made.pixels);
  await refused([text, await other({ pixels: float })], /pixels: f32; u8 was expected/);
});

test('damaged partial results are refused, by line', async () => {
  const text = partialLines(await gatherStreams([part(made, 0, 10)]));
  const all = text.trimEnd().split('\n');
  await refused(['{"type":"statistics"}\n'], /holds no partial results/);
  await refused([all.slice(1).join('\n')], /line 1: belongs to a partial result whose beginning/);
  for (let i = 1; i < all.length; i++) {
    const without = all.filter((_, at) => at !== i);
    if (/partial-(class|sketch|images)/.test(all[i]!))
      await refused([without.join('\n')], /records of a partial result are missing/);
  }
  await refused([[...all, all.find((l) => l.includes('partial-class'))].join('\n')], /or repeated/);
  const spoilt = (from: string | RegExp, to: string) => [text.replace(from, to)];
  await refused(spoilt('"version":1', '"version":2'), /version 2; this program knows version 1/);
  await refused(spoilt('"pixelType":"u8"', '"pixelType":"i8"'), /'pixelType'.*u8 or f32/);
  await refused(spoilt(/"squares":\[/, '"squares":[1,'), /'squares'.*4 whole numbers/);
  await refused(spoilt(/"count":4,/, '"count":-4,'), /'count' of a partial-class.*whole number/);
  await refused(spoilt(/"fingerprints":"..../, '"fingerprints":"'), /'fingerprints'.*10 of them/);
});

test('records of other types are passed over', async () => {
  const text = partialLines(await gatherStreams([part(made, 0, 10)]));
  const merged = await gatherPartials([`{"type":"run"}\n${text}{"type":"news"}\n`]);
  assert.is(merged.summary().images, 10);
});

test.run();
