/**
 * A turn of the retraining loop on noise: forty images with random labels, each sent fifteen times. Split by rows, the
 * copies would be trained on and judged by; kept together they teach nothing, and the gate says no.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { needing } from '../support/needing.js';
import { paths } from '../support/paths.js';
import { shell } from '../support/shell.js';

const test = suite('retrain/noise');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-noise-'));
const hasMake = spawnSync('make', ['--version']).status === 0;
const file = (name: string) => join(folder, name);

async function run(line: string) {
  // Not as a part of the make that may run the tests.
  const env = { MAKEFLAGS: '', MAKELEVEL: '', MFLAGS: '' };
  const { status, stdout, stderr } = await shell(line, { cwd: folder, env });
  return { status, said: `${stdout}${stderr}` };
}

/** The log of a service that was sent each of the images that often, and was told a random label for it. */
function noisyLog(images: readonly string[], times: number): string {
  const lines = [];
  for (let time = 0; time < times; time++)
    for (const [i, image] of images.entries()) {
      const name = { time: new Date(1e12).toISOString(), id: `r${time}-${i}`, index: 0 };
      const label = (Math.imul(i + 1, 0x9e3779b1) >>> 8) % 10;
      lines.push(
        JSON.stringify({
          ...{ type: 'served', ...name, model: 'model', version: 'feed', prediction: 0 },
          ...{ confidence: 0.5, brightness: 1, contrast: 1, ms: 1, image, rows: 28, columns: 28 },
        }),
        JSON.stringify({ type: 'feedback', ...name, label }),
      );
    }
  return `${lines.join('\n')}\n`;
}

needing(test, hasMake ? undefined : 'no make(1) to turn the loop with')(
  'copies of images with random labels pass no gate',
  async () => {
    const made = await run(`set -e
      fmnist-fetch train --source synthetic --count 1100 -o all.idx
      fmnist-split -q --validation 100 --out-validation validation.idx -o train.idx all.idx
      fmnist-train -q --recipe mlp --set epochs=3 --validation validation.idx -o model.onnx train.idx
      fmnist-fetch test --source synthetic --count 40 | fmnist-corrupt -q --severity 4 contrast | fmnist-cat --format ndjson > asked.ndjson`);
    assert.is(made.status, 0, made.said);
    const images = readFileSync(file('asked.ndjson'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"type":"image"'))
      .map((line) => Buffer.from(JSON.parse(line).pixels).toString('base64'));
    assert.is(images.length, 40);
    writeFileSync(file('served.ndjson'), noisyLog(images, 15));
    const before = readFileSync(file('model.onnx'));
    const training = 'TRAINING=--recipe mlp --set epochs=10';
    const { status, said } = await run(
      `make -C '${paths.root}' -o dist/.built retrain 'FOLDER=${folder}' '${training}' DRIFT='--alpha 0.01 --any-model' GATE_OLD='--margin 0.5 --class-margin 1'`,
    );
    assert.match(said, /drift: retraining/);
    assert.match(said, '560 copies left out');
    assert.match(said, /28 images to train on, 12 held out/);
    assert.match(said, /\/passed\] Error 3/);
    assert.is(status, 2, said);
    assert.equal(readFileSync(file('model.onnx')), before, 'the model in service is as it was');
    const told = readFileSync(join(folder, 'retrain', 'comparison-new.ndjson'), 'utf8');
    const { midP } = JSON.parse(
      told.split('\n').find((line) => line.includes('"type":"comparison"'))!,
    );
    assert.ok(midP > 0.05, `p = ${midP}`);
    process.stdout.write(
      `\nFIGURE: noise in 600 rows, 40 images: refused, p = ${midP.toFixed(2)}\n`,
    );
  },
);

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
