/** A whole turn of the retraining loop (docs/retraining.md): serve, drift, feedback, retrain, two gates, hand over by signal, recover. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Child, endChildren, eventually, startProgram } from '../support/child.js';
import { needing } from '../support/needing.js';
import { paths } from '../support/paths.js';
import { shell } from '../support/shell.js';

const test = suite('retrain/turn');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-turn-'));
const hasMake = spawnSync('make', ['--version']).status === 0;
const [model, log, turn] = ['model.onnx', 'served.ndjson', 'retrain'].map((name) =>
  join(folder, name),
) as [string, string, string];

let service: Child;
let url = '';

async function run(line: string): Promise<string> {
  const { status, stdout, stderr } = await shell(`set -e\n${line}`, { cwd: folder });
  assert.is(status, 0, stderr);
  return stdout.toString();
}

/** `make retrain` on this folder; what it says, and its status. */
async function retrain(...settings: string[]): Promise<{ status: number; said: string }> {
  const words = ['-C', paths.root, '-o', 'dist/.built', 'retrain', `FOLDER=${folder}`, ...settings];
  const line = `make ${words.map((word) => `'${word}'`).join(' ')}`;
  // Not as a part of the make that may run the tests.
  const env = { MAKEFLAGS: '', MAKELEVEL: '', MFLAGS: '' };
  const { status, stdout, stderr } = await shell(line, { cwd: folder, env });
  return { status, said: `${stdout}${stderr}` };
}

/** Asks the service about images `from` to `to` of a file, tells it the true labels of the first `told`, and gives its accuracy. */
async function ask(file: string, from: number, to: number, told = 0): Promise<number> {
  await run(`fmnist-cat --bare --from ${from} --to ${to} ${file} > asked.idx
    fmnist-cat --images asked.idx > asked-images.idx`);
  const bytes = readFileSync(join(folder, 'asked.idx'));
  const labels = [...bytes.subarray(8, 8 + to - from)];
  const id = `${file}-${from}`;
  const body = readFileSync(join(folder, 'asked-images.idx'));
  const answer = await fetch(`${url}/v1/predict`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/octet-stream', 'x-request-id': id },
  });
  assert.is(answer.status, 200);
  const records = (await answer.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const predictions = records.filter(({ type }) => type === 'prediction');
  assert.is(predictions.length, labels.length);
  if (told > 0) {
    const feedback = labels.slice(0, told).map((label, index) => ({ id, index, label }));
    const { status } = await fetch(`${url}/v1/feedback`, {
      method: 'POST',
      body: JSON.stringify(feedback),
      headers: { 'content-type': 'application/json' },
    });
    assert.is(status, 200);
  }
  return predictions.filter(({ prediction }, i) => prediction === labels[i]).length / labels.length;
}

/** Waits until the log holds that many records of a type. */
const logged = (type: string, count: number) =>
  eventually(
    () => existsSync(log) && readFileSync(log, 'utf8').split(`{"type":"${type}"`).length > count,
  );

const version = async () => {
  const answer = await fetch(`${url}/v1/models`);
  const { models } = (await answer.json()) as { models: { version: string }[] };
  return models[0]?.version;
};

test.before(async () => {
  if (!hasMake) return;
  await run(`
    fmnist-fetch train --source synthetic --count 3300 -o all.idx
    fmnist-fetch test --source synthetic --count 1600 -o clean.idx
    fmnist-split -q --validation 300 --out-validation validation.idx -o train.idx all.idx
    fmnist-corrupt -q --severity 4 contrast clean.idx -o dim.idx
    fmnist-train -q --recipe mlp --set epochs=6 --validation validation.idx -o model.onnx train.idx`);
  const words = ['--port', '0', '--polarity', 'keep', '--log', log, '--log-pixels', '1', model];
  service = startProgram('fmnist-serve', words, folder);
  const listening = () => /http:\/\/[\d.]+:\d+/.exec(service.stderr())?.[0];
  assert.ok(await eventually(() => listening() !== undefined), service.stderr());
  url = listening()!;
  for (let left = 500; (await fetch(`${url}/ready`)).status !== 200 && left > 0; left--)
    await new Promise((resolve) => setTimeout(resolve, 20));
});

needing(test, hasMake ? undefined : 'no make(1) to turn the loop with')(
  'a whole turn',
  async () => {
    // A quiet day.
    const before = await ask('clean.idx', 0, 300);
    assert.ok(before > 0.8, `accuracy ${before}`);
    assert.ok(await logged('served', 300));
    const quiet = await retrain();
    assert.is(quiet.status, 0, quiet.said);
    assert.match(quiet.said, 'no drift: nothing to do');

    // The log is rotated, and then the pictures become dim.
    renameSync(log, `${log}.1`);
    service.process.kill('SIGHUP');
    assert.ok(await eventually(() => existsSync(log)));
    const hurt = await ask('dim.idx', 300, 1000, 600);
    assert.ok(hurt < before - 0.15, `accuracy ${hurt}`);
    assert.ok(await logged('feedback', 600));
    const old = readFileSync(model);
    const oldVersion = await version();

    // A gate that cannot be passed leaves everything as it was.
    const training = 'TRAINING=--recipe mlp --set epochs=10 --set schedule.kind=cosine';
    const strict = await retrain(
      training,
      'GATE_NEW=--confidence 0.9999 --margin 0 --class-margin 0',
    );
    if (strict.status === 0) throw new Error(`no gate was there:\n${strict.said}`);
    assert.match(strict.said, /drift: retraining/);
    assert.match(strict.said, /\/passed\] Error 3/);
    assert.equal(readFileSync(model), old);
    assert.is(await version(), oldVersion);

    // The turn, whose hand-over ends half-way, as no such process is there; the second run does what is left.
    const gates = ['GATE_NEW=--class-margin 0.3', 'GATE_OLD=--margin 0.05 --class-margin 0.3'];
    const broken = await retrain(training, 'REPEAT=4', ...gates, 'SERVICE_PID=4194305');
    assert.is.not(broken.status, 0, broken.said);
    const handed = readFileSync(model);
    assert.not.equal(handed, old);
    const { status, said } = await retrain(
      training,
      ...gates,
      `SERVICE_PID=${service.process.pid}`,
    );
    assert.is(status, 0, said);
    assert.match(said, 'going on with the hand-over of');
    assert.not.match(said, /fmnist-train/);
    assert.equal(readFileSync(model), handed);
    const records = readFileSync(join(turn, 'comparison-new.ndjson'), 'utf8');
    assert.match(records, /"type":"comparison","images":180,.*"better":true,"passed":true/);
    assert.equal(readFileSync(join(turn, 'previous.onnx')), old);
    assert.ok(existsSync(join(turn, 'served.ndjson')), 'the old log is with its turn');

    // The service has it, and has recovered; on what it was judged on now, the same traffic is no drift.
    for (let left = 500; (await version()) === oldVersion && left > 0; left--)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.is.not(await version(), oldVersion);
    const after = await ask('dim.idx', 1000, 1600);
    assert.ok(after > hurt + 0.1, `accuracy ${hurt} before, ${after} after`);
    assert.ok(await logged('served', 600));
    const again = await retrain();
    assert.is(again.status, 0, again.said);
    assert.match(again.said, 'no drift: nothing to do');
    process.stdout.write(
      `\nFIGURE: accuracy ${before.toFixed(3)} clean, ${hurt.toFixed(3)} dim, ${after.toFixed(3)} dim after the turn\n`,
    );
  },
);

test.after(async () => {
  if (hasMake) {
    service?.process.kill('SIGTERM');
    await service?.ended;
  }
  endChildren();
  rmSync(folder, { recursive: true, force: true });
});
test.run();
