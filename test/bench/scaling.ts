/**
 * What a second worker brings: the same recipe with the same replicas on 1, 2 and (where there are so many cores) 4
 * threads, in turn, and whether all of them make the same bytes. Beside it what the machine has to give: as many
 * separate runs at once, of a thread each, which wait for nobody and share memory and clock all the same.
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
const set = join(folder, 'train.idx');
const speeds = new Map(threads.map((count) => [count, [] as number[]]));
const apart = new Map(threads.slice(1).map((count) => [count, [] as number[]]));
const digests = new Set<string>();

try {
  await must(`fmnist-fetch train -q --source synthetic --count ${images} -o "$IMAGES"`, {
    IMAGES: set,
  });
  for (let round = 1; round <= rounds; round++)
    for (const count of threads) {
      process.stderr.write(`round ${round}/${rounds}: ${count} threads\n`);
      speeds.get(count)?.push(await train(count));
      const all = await Promise.all(
        Array.from({ length: count > 1 ? count : 0 }, (_, i) => train(1, i)),
      );
      apart.get(count)?.push(all.reduce((sum, speed) => sum + speed, 0));
    }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Images a second of a run, the median of its epochs but the first, which warms up. */
async function train(count: number, number = 0): Promise<number> {
  const at = (name: string) => join(folder, `${name}${number}`);
  const env = { IMAGES: set, LOG: at('log'), MODEL: at('model'), RECIPE: recipe };
  await must(
    `fmnist-train -q --recipe "$RECIPE" --set epochs=3 --set batch=128 --replicas ${replicas} ` +
      `--threads ${count} --log "$LOG" -o "$MODEL" "$IMAGES"`,
    env,
  );
  digests.add(createHash('sha256').update(readFileSync(env.MODEL)).digest('hex'));
  const epochs = recordsOf<EpochRecord>(readFileSync(env.LOG, 'utf8'), 'epoch').slice(1);
  return median(epochs.map(({ imagesPerSecond }) => imagesPerSecond));
}

const one = median(speeds.get(1) ?? []);
const rows = [
  ...[...speeds].map(([count, all]) => ({
    what: `training on ${count} threads`,
    speed: median(all),
  })),
  ...[...apart].map(([count, all]) => ({
    what: `${count} trainings at once, a thread each`,
    speed: median(all),
  })),
];
process.stdout.write(
  `${table(
    ['', 'images/s', 'times one thread'],
    rows.map(({ what, speed }) => [what, Math.round(speed), (speed / one).toFixed(2)]),
  ).join('\n')}\n${digests.size === 1 ? 'the same bytes on any' : 'DIFFERENT BYTES'}\n`,
);
keepPart(
  'scaling',
  rows.slice(1).map(({ what, speed }) => ({
    task: what,
    unit: 'images/s',
    less: false,
    ours: speed,
    peers: [{ name: 'one thread', value: one }],
  })),
);
if (digests.size !== 1) process.exitCode = 1;

async function must(line: string, env: Readonly<Record<string, string>>): Promise<void> {
  const { status } = await pipe(line, { env });
  if (status !== 0) throw new Error(`status ${status}: ${line}`);
}
