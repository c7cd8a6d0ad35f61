/** The completion scripts, tried in the shells that are there. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadCommand, specOf } from '../../../src/cli/option-tables.js';
import { programs } from '../../../src/cli/programs.js';
import { completion } from '../../../src/suite/completion.js';
import { needing } from '../../support/needing.js';

const test = suite('suite/completion');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-completion-'));

/** What bash would offer for a line, the cursor at its end. */
async function offered(line: string): Promise<string[]> {
  const words = line.split(' ');
  const script = `${await completion('bash')}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_fmnist; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  assert.is(stderr, '');
  return stdout.trim().split('\n').filter(Boolean);
}

test('bash: programs and commands', async () => {
  assert.equal(await offered('fmnist s'), ['split', 'stats', 'show', 'serve']);
  assert.equal(await offered('fmnist d'), ['drift', 'doctor']);
  assert.equal(await offered('fmnist completion '), ['bash', 'zsh', 'fish']);
  assert.equal(await offered('fmnist man sp'), ['split']);
});

test('bash: options, also behind fmnist', async () => {
  assert.equal(await offered('fmnist-split --fold'), ['--folds', '--fold']);
  assert.equal(await offered('fmnist split --out'), ['--out-validation', '--output']);
  assert.equal(await offered('fmnist --q'), ['--quiet']);
});

test('bash: choices, with a blank or an equals sign', async () => {
  assert.equal(await offered('fmnist --format '), ['text', 'ndjson']);
  assert.equal(await offered('fmnist --format = n'), ['ndjson']);
  assert.equal(await offered('fmnist --format ='), ['text', 'ndjson']);
});

test('bash: leaves files to the shell', async () => {
  assert.equal(await offered('fmnist-split --output '), []);
  assert.equal(await offered('fmnist-split tra'), []);
});

const isThere = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;
const shells = { zsh: isThere('zsh'), fish: isThere('fish') };

for (const shell of ['zsh', 'fish'] as const) {
  const there = shells[shell];
  const inShell = needing(test, there ? undefined : `no ${shell} to try its completion in`);
  inShell(`${shell}: takes the script`, async () => {
    const file = join(folder, `completion.${shell}`);
    writeFileSync(file, await completion(shell));
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    assert.is(stderr, '');
    assert.is(status, 0);
  });
}

const inFish = needing(test, shells.fish ? undefined : 'no fish to ask for its offers');
inFish('fish: offers programs, options and choices', async () => {
  const script = await completion('fish');
  const ask = (line: string) =>
    spawnSync('fish', ['--no-config', '-c', `${script}\ncomplete -C '${line}'`], {
      encoding: 'utf8',
    })
      .stdout.split('\n')
      .map((offer) => offer.split('\t')[0])
      .filter(Boolean);
  assert.equal(ask('fmnist spl'), ['split']);
  assert.equal(ask('fmnist-split --fold'), ['--fold', '--folds']);
  assert.equal(ask('fmnist split --fold'), ['--fold', '--folds']);
  assert.equal(ask('fmnist --format '), ['ndjson', 'text']);
});

test('tables baked by the build are those of the commands', async () => {
  for (const { name } of programs) {
    assert.equal(await specOf(name), (await loadCommand(name)).spec, name);
  }
});

test.after(() => rmSync(folder, { recursive: true }));
test.run();
