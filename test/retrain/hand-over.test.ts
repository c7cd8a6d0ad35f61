/**
 * The hand-over of a turn of the retraining loop, with a failure at every command in turn, before it has done its work and
 * behind it: the next `make retrain` does what is left, and the end is that of a turn without failure.
 */

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { needing } from '../support/needing.js';
import { paths } from '../support/paths.js';

const test = suite('retrain/hand-over');
const hasMake = spawnSync('make', ['--version']).status === 0;
const root = mkdtempSync(join(tmpdir(), 'fmnist-hand-over-'));
const commands = join(root, 'commands');

/**
 * Stand-ins for the programs, and for the tools of the system: each notes its call, and fails where it is told to. The
 * service is a file, `told`: the digest of the model that it read when it was told last.
 */
const standIns: Readonly<Record<string, string>> = {
  cp: '/bin/cp "$@"',
  mv: '/bin/mv "$@"',
  touch: '/usr/bin/touch "$@"',
  sha256sum: '/usr/bin/sha256sum',
  'fmnist-cat': 'made cat "$@"',
  'fmnist-split': 'made split "$@"',
  'fmnist-train': 'made new-model "$@"; echo epochs > "$FOLDER/retrain/train.ndjson"',
  'fmnist-compare': 'made comparison "$@"',
  'fmnist-predict': 'made "predictions of $(cat "$FOLDER/retrain/model.onnx")" "$@"',
  'fmnist-drift':
    'if [[ $* == *--sketch* ]]; then for last; do :; done; made "sketch of $(cat "$last")" "$@"; else made drift "$@"; exit 3; fi',
  curl: `case "$*" in
    *reload) if ! test -e "$FOLDER/deaf"; then
      /usr/bin/sha256sum < "$FOLDER/model.onnx" | cut -c -12 > "$FOLDER/told"; echo begun >> "$FOLDER/served.ndjson"; fi;;
    *) echo '{"models":[{"name":"default","version":"'$(cat "$FOLDER/told")'"}]}';;
    esac`,
};

const standIn = (name: string, work: string) => `#!/bin/bash
made() { local content=$1; shift; while (($#)); do if [[ $1 == -o || $1 == --out-validation ]]; then echo "$content" > "$2"; shift; fi; shift; done; }
at=$(($(wc -l < "$FOLDER/calls") + 1)); echo ${name} "$@" >> "$FOLDER/calls"
if ((at == FAIL_AT)) && [[ $FAIL == before ]]; then exit 9; fi
${work}
status=$?
if ((at == FAIL_AT)) && [[ $FAIL == behind ]]; then exit 9; fi
exit $status
`;

/** A folder in which the log has drifted from the reference. */
function newFolder(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, content] of Object.entries({
    'model.onnx': 'old-model',
    'served.ndjson': 'old log',
    'reference.sketch': 'old sketch',
    'train.idx': '',
    'validation.idx': '',
    'train.ndjson': 'old epochs',
    told: 'none yet',
    calls: '',
  }))
    writeFileSync(join(folder, file), `${content}${content === '' ? '' : '\n'}`);
  return folder;
}

interface Turn {
  readonly status: number | null;
  readonly said: string;
  /** The calls of this run. */
  readonly calls: readonly string[];
}

/** `make retrain`; `failure` is the number of the call that fails, from 1. */
function retrain(
  folder: string,
  failure?: readonly [at: number, when: 'before' | 'behind'],
  service = 'SERVICE=http://service',
): Turn {
  writeFileSync(join(folder, 'calls'), '');
  const path = `${commands}:/usr/bin:/bin`;
  const settings = [`FOLDER=${folder}`, service, 'PATIENCE=1', `PATH=${path}`];
  const { status, stdout, stderr } = spawnSync(
    'make',
    ['-C', paths.root, '-o', 'dist/.built', 'retrain', ...settings],
    {
      encoding: 'utf8',
      // Bash takes a socket on its standard input for a remote login, and reads ~/.bashrc.
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: path,
        FOLDER: folder,
        FAIL_AT: String(failure?.[0] ?? 0),
        FAIL: failure?.[1] ?? '',
      },
    },
  );
  const calls = readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n');
  return { status, said: `${stdout}${stderr}`, calls };
}

const named = (calls: readonly string[], name: string) =>
  calls.filter((call) => call.startsWith(`${name} `));

/** What is in a folder when the turn is over. */
function end(folder: string) {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8').trimEnd();
  return {
    model: read('model.onnx'),
    previous: read('retrain/previous.onnx'),
    reference: read('reference.sketch'),
    epochs: read('train.ndjson'),
    oldLog: read('retrain/served.ndjson'),
    newLog: read('served.ndjson').split('\n')[0],
    told: read('told'),
    done: existsSync(join(folder, 'retrain/handed-over')),
    left: readdirSync(folder).filter((name) => name.endsWith('.new')),
  };
}

const digest = createHash('sha256').update('new-model\n').digest('hex').slice(0, 12);
const whole = {
  model: 'new-model',
  previous: 'old-model',
  reference: 'sketch of predictions of new-model',
  epochs: 'epochs',
  oldLog: 'old log',
  newLog: 'begun',
  told: digest,
  done: true,
  left: [],
};

test.before(() => {
  mkdirSync(commands);
  for (const [name, work] of Object.entries(standIns)) {
    writeFileSync(join(commands, name), standIn(name, work));
    chmodSync(join(commands, name), 0o755);
  }
});

const tried = needing(test, hasMake ? undefined : 'no make(1) to turn the loop with');

tried('a failure at any command of the hand-over, and another run', () => {
  const straight = newFolder('straight');
  const { status, said, calls } = retrain(straight);
  assert.is(status, 0, said);
  assert.equal(end(straight), whole);
  const gates = calls.findIndex((call) => call.includes('retrain/compared'));
  const first = gates + 2;
  assert.ok(gates > 0 && calls.length - first >= 15, calls.join('\n'));

  for (let at = first; at <= calls.length; at++)
    for (const when of ['before', 'behind'] as const) {
      const what = `${when} ${calls[at - 1]}`;
      const folder = newFolder(`${at}-${when}`);
      const failed = retrain(folder, [at, when]);
      // The service is asked again until it answers; anything else ends the run.
      const isAsked = /^curl .*models$/.test(calls[at - 1]!);
      assert.is(failed.status === 0, isAsked, `${what}\n${failed.said}`);
      const again = isAsked ? failed : retrain(folder);
      assert.is(again.status, 0, `${what}\n${failed.said}\n${again.said}`);
      assert.equal(end(folder), whole, `${what}\n${failed.said}\n${again.said}`);
      if (!isAsked) assert.equal(named(again.calls, 'fmnist-train'), [], what);
      rmSync(folder, { recursive: true });
    }

  // A turn that is over is put aside, and another begins.
  cpSync(join(straight, 'retrain'), join(straight, `retrain-${'0'.repeat(12)}`), {
    recursive: true,
  });
  const next = retrain(straight);
  assert.is(named(next.calls, 'fmnist-train').length, 1, next.said);
  const old = createHash('sha256').update('old-model\n').digest('hex').slice(0, 12);
  assert.ok(existsSync(join(straight, `retrain-${old}`, 'handed-over')));
});

tried('a service that keeps its model is found out, and told again', () => {
  const folder = newFolder('deaf-service');
  writeFileSync(join(folder, 'deaf'), '');
  const failed = retrain(folder);
  assert.is.not(failed.status, 0);
  assert.match(failed.said, `http://service does not answer with model ${digest} after 1 s`);
  rmSync(join(folder, 'deaf'));
  const again = retrain(folder);
  assert.is(again.status, 0, again.said);
  assert.match(again.said, /going on with the hand-over of/);
  assert.match(again.said, `the service answers with ${digest}`);
  assert.equal(end(folder), whole);
});

tried(
  'a process is told by a signal, and begins a new log; one that is not there can be named again',
  () => {
    const folder = newFolder('process');
    const gone = spawnSync('true').pid;
    const failed = retrain(folder, undefined, `SERVICE_PID=${gone}`);
    assert.is.not(failed.status, 0);
    assert.match(failed.said, /No such process/);
    const begins = `trap 'echo begun >> "${folder}/served.ndjson"' HUP; echo; while :; do sleep 0.05; done`;
    const service = spawn('bash', ['-c', begins], { stdio: ['ignore', 'ignore', 'ignore'] });
    spawnSync('sleep', ['0.5']);
    const again = retrain(folder, undefined, `SERVICE_PID=${service.pid}`);
    service.kill('SIGKILL');
    assert.is(again.status, 0, again.said);
    assert.match(again.said, 'the service has begun a new log');
    assert.equal(end(folder), { ...whole, told: 'none yet' });
  },
);

tried('a model that somebody else has put there since is not overwritten', () => {
  const folder = newFolder('another');
  const { calls } = retrain(newFolder('counted'));
  const copying = calls.findIndex((call) => call.endsWith('previous.onnx.new')) + 1;
  for (const [at, message] of [
    [copying, /another model than the one/],
    [copying + 5, /neither the model that the gates compared nor the new one/],
  ] as const) {
    rmSync(folder, { recursive: true });
    mkdirSync(root, { recursive: true });
    newFolder('another');
    retrain(folder, [at, 'before']);
    writeFileSync(join(folder, 'model.onnx'), 'a third model\n');
    const again = retrain(folder);
    assert.is.not(again.status, 0);
    assert.match(again.said, message);
    assert.is(readFileSync(join(folder, 'model.onnx'), 'utf8'), 'a third model\n');
  }
});

test.after(() => rmSync(root, { recursive: true, force: true }));
test.run();
