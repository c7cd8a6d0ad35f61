/**
 * What a second worker brings: the same recipe with the same replicas on 1, 2 and (where there are so many cores) 4
 * threads, in turn, and whether all of them make the same bytes.
 * usage: node dist/test/bench/scaling.js [ROUNDS [RECIPE [IMAGES]]]   (default 3 rounds of the reference CNN on 12,800 images)
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EpochRecord } from '../../src/ndjson/records.js';
import { table } from '../../src/picture/table.js';
import { keepPart } from './comparison.js';
import { median } from './figures.js';
import { pipe, recordsOf } from './pipe.js';
import { referenceCnn } from './reference-cnn.js';

const rounds = Number(process.argv[2] ?? 3);
const recipe = process.argv[3] ?? referenceCnn;
const images = process.argv[4] ?? '12800';
const threads = [1, 2, 4].filter((count) => count === 1 || count <= availableParallelism());
/** As many slices as the most threads, so that all do the same work in the same order. */
const replicas = Math.max(2, ...threads);

const folder = mkdtempSync(join(tmpdir(), 'fmnist-bench-'));
const env = {
  IMAGES: join(folder, 'train.idx'),
  LOG: join(folder, 'log'),
  MODEL: join(folder, 'm'),
  RECIPE: recipe,
};
const speeds = new Map(threads.map((count) => [count, [] as number[]]));
const digests = new Set<string>();

try {
  await must(`fmnist-fetch train -q --source synthetic --count ${images} -o "$IMAGES"`);
  for (let round = 1; round <= rounds; round++)
    for (const count of threads) {
      process.stderr.write(`round ${round}/${rounds}: ${count} threads\n`);
      await must(
        `fmnist-train -q --recipe "$RECIPE" --set epochs=3 --set batch=128 --replicas ${replicas} ` +
          `--threads ${count} --log "$LOG" -o "$MODEL" "$IMAGES"`,
      );
      // The first epoch warms up, and is not counted.
      const epochs = recordsOf<EpochRecord>(readFileSync(env.LOG, 'utf8'), 'epoch').slice(1);
      speeds.get(count)?.push(...epochs.map(({ imagesPerSecond }) => imagesPerSecond));
      digests.add(createHash('sha256').update(readFileSync(env.MODEL)).digest('hex'));
    }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const one = median(speeds.get(1) ?? []);
const rows = [...speeds].map(([count, all]) => ({ count, speed: median(all) }));
process.stdout.write(
  `${table(
    ['threads', 'images/s', 'times one'],
    rows.map(({ count, speed }) => [count, Math.round(speed), (speed / one).toFixed(2)]),
  ).join('\n')}\n${digests.size === 1 ? 'the same bytes on any' : 'DIFFERENT BYTES'}\n`,
);
keepPart(
  'scaling',
  rows.slice(1).map(({ count, speed }) => ({
    task: `training on ${count} threads`,
    unit: 'images/s',
    less: false,
    ours: speed,
    peers: [{ name: 'one thread', value: one }],
  })),
);
if (digests.size !== 1) process.exitCode = 1;

async function must(line: string): Promise<void> {
  const { status } = await pipe(line, { env });
  if (status !== 0) throw new Error(`status ${status}: ${line}`);
}
