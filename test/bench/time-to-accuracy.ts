/**
 * Time to accuracy: recipes of fmnist against the reference CNN as its users train it in PyTorch and Keras (where
 * `make peers` has put them), with and without their augmentation; one run each, one at a time. What is done is kept
 * in build/accuracy/: the same command goes on where it was ended.
 * usage: node dist/test/bench/time-to-accuracy.js [--limit-minutes 12] [--train F] [--validation F] [--store F] [--seed 0] [CONTENDER ...]
 *   (a contender is a recipe, torch, torch-augmented, keras or keras-augmented)
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../../src/core/version.js';
import type { EpochRecord } from '../../src/ndjson/records.js';
import { paths } from '../support/paths.js';
import { type Curve, curvesPicture, curvesSheet, latestCurves } from './curves.js';
import { thisMachine } from './machine.js';
import { markdown, plainSheet } from './markdown.js';
import { python } from './peers.js';
import { pipe, recordsOf } from './pipe.js';
import { Store } from './store.js';
import { fileDigest, recipeDigest, recipeFiles, recipeJson } from './variant.js';

const text = (otherwise: string) => ({ type: 'string' as const, default: otherwise });
const { values, positionals } = parseArgs({
  options: {
    'limit-minutes': text('12'),
    train: text('build/train.idx'),
    validation: text('build/validation.idx'),
    store: text('build/accuracy/results.ndjson'),
    seed: text('0'),
  },
  allowPositionals: true,
});
const limit = Number(values['limit-minutes']) * 60;
const store = new Store(values.store);
const data = `${fileDigest(values.train)} ${fileDigest(values.validation)}`;
const peers = ['torch', 'torch-augmented', 'keras', 'keras-augmented'];
const usual = ['fast', 'default', 'cnn'].filter((name) => recipeFiles().includes(name));
const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

interface Outcome {
  readonly program: string;
  readonly points: readonly { seconds: number; accuracy: number }[];
  readonly ended: boolean;
}

for (const name of positionals.length > 0 ? positionals : [...usual, ...peers])
  await (peers.includes(name) ? contend(name, peer) : contend(name, recipe));
report();

async function contend(
  name: string,
  run: (name: string) => Promise<Outcome | undefined>,
): Promise<void> {
  const contender = titleOf(name);
  const key = { contender, data, limit, digest: digestOf(name), seed: Number(values.seed) };
  if (store.find('curve', key)) return say(`${contender}: done`);
  if (peers.includes(name) && !existsSync(python))
    return say(`${contender}: absent: no ${python} (make peers)`);
  say(`${contender}: at most ${values['limit-minutes']} minutes`);
  const outcome = await run(name);
  if (!outcome?.points.length) return say(`${contender}: absent: it came to no epoch`);
  const { program, points, ended } = outcome;
  const seconds = points.map((point) => Number(point.seconds.toFixed(2)));
  const accuracy = points.map((point) => point.accuracy);
  const curve: Curve = { type: 'curve', ...key, contender, program, seconds, accuracy, ended };
  store.add(thisMachine());
  store.add(curve);
  report();
}

async function recipe(name: string): Promise<Outcome | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'fmnist-bench-'));
  try {
    const [LOG, MODEL] = [join(folder, 'log.ndjson'), join(folder, 'model.onnx')];
    const env = { IMAGES: values.train, VALIDATION: values.validation, LOG, MODEL };
    const line =
      `fmnist-cat -q "$IMAGES" | fmnist-train --recipe ${name} --validation "$VALIDATION" ` +
      `--seed ${values.seed} --log "$LOG" -o "$MODEL"`;
    // Validation and start-up are not counted: a little more than the limit, and the rest is cut off below.
    const { status } = await pipe(line, { env, limitSeconds: limit * 1.3 + 10 });
    if (!existsSync(LOG)) return undefined;
    let spent = 0;
    const epochs = recordsOf<EpochRecord>(readFileSync(LOG, 'utf8'), 'epoch');
    const points = epochs.map(({ seconds, validationAccuracy = 0 }) => {
      spent += seconds;
      return { seconds: spent, accuracy: validationAccuracy };
    });
    return { program: `fmnist ${version()}`, ...within(points, status === 0) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function peer(name: string): Promise<Outcome | undefined> {
  const script = `accuracy_${name.split('-')[0]}.py`;
  const env = {
    PYTHON: python,
    SCRIPT: join(paths.root, 'test/bench/peers', script),
    IMAGES: values.train,
    VALIDATION: values.validation,
  };
  const augment = name.endsWith('-augmented') ? 1 : 0;
  const line = `"$PYTHON" "$SCRIPT" "$IMAGES" "$VALIDATION" ${limit} ${augment} ${values.seed}`;
  const { status, stdout } = await pipe(line, { env, limitSeconds: limit * 1.5 + 120 });
  const epochs = recordsOf<{ program: string; seconds: number; validationAccuracy: number }>(
    stdout,
    'epoch',
  );
  const points = epochs.map(({ seconds, validationAccuracy: accuracy }) => ({ seconds, accuracy }));
  const ended = status === 0 && (points.at(-1)?.seconds ?? 0) < limit;
  return { program: epochs[0]?.program ?? script, ...within(points, ended) };
}

/** The points until the time was up. */
function within(points: Outcome['points'], ended: boolean): Omit<Outcome, 'program'> {
  const kept = points.filter(({ seconds }) => seconds <= limit);
  return { points: kept, ended: ended && kept.length === points.length };
}

function titleOf(name: string): string {
  const [first, augmented] = name.split('-');
  const known: Record<string, string> = { torch: 'PyTorch', keras: 'Keras' };
  return peers.includes(name)
    ? `${known[first!]}${augmented ? ', augmented' : ''}`
    : `fmnist ${name}`;
}

/** Of what makes the run what it is: the recipe, or the scripts. */
function digestOf(name: string): string {
  if (!peers.includes(name)) return `${recipeDigest(recipeJson(name, []))} ${version()}`;
  const kind = name.split('-')[0];
  return ['accuracy', 'network']
    .map((part) => fileDigest(join(paths.root, 'test/bench/peers', `${part}_${kind}.py`)))
    .join(' ');
}

function report(): void {
  const folder = dirname(values.store);
  if (latestCurves(store.records).length === 0) return;
  const sheet = curvesSheet(store.records);
  const picture = curvesPicture(store.records);
  writeFileSync(join(folder, 'time-to-accuracy.svg'), picture);
  writeFileSync(join(folder, 'time-to-accuracy.md'), `${markdown(sheet)}\n`);
  process.stdout.write(`${plainSheet(sheet)}\n`);
}
