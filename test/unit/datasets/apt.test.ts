/** The apt source with small programs in the places of apt-get and dpkg-deb; test/real has it with the true ones. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cached, fetchIn, inFolder } from './fixture.js';

const test = suite('fetch: apt');
const unpacked = 'unpacked/usr/share/datasets/fashion-mnist';

/** Runs `fmnist-fetch test --source apt` where apt-get and dpkg-deb are these scripts, and each call is noted. */
async function withPrograms(programs: Record<string, string>) {
  return inFolder(async (folder) => {
    for (const name of ['bin', 'tmp']) mkdirSync(join(folder, name));
    for (const [name, script] of Object.entries(programs)) {
      const note = `echo ${name} "$@" >> ${folder}/calls`;
      writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${note}\n${script}\n`, { mode: 0o755 });
    }
    const line = `PATH=${join(folder, 'bin')}${delimiter}$PATH fmnist-fetch test --source apt`;
    const { status, stderr, stdout } = await fetchIn(folder, line, { TMPDIR: join(folder, 'tmp') });
    assert.is(status, 1);
    assert.is(stdout.length, 0);
    assert.equal(readdirSync(join(folder, 'tmp')), [], 'nothing is left in the temporary folder');
    assert.equal(cached(folder, 'fashion-mnist'), []);
    return { stderr, calls: readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') };
  });
}

test('lists and archives are kept in a folder of our own, and a failed update is not the end', async () => {
  const { stderr, calls } = await withPrograms({
    'apt-get':
      'echo "W: one list is out of reach" >&2; echo "E: Unable to locate package" >&2; exit 100',
  });
  assert.is(calls.length, 2);
  const [update = '', download = ''] = calls;
  assert.match(update, / update$/);
  assert.match(download, / download dataset-fashion-mnist$/);
  for (const call of calls) {
    assert.match(
      call,
      /-o Dir::State=(\S+\/tmp\/fmnist-apt-\w+) .*-o Dir::State::Lists=\1\/lists /,
    );
    assert.match(call, '-o APT::Sandbox::User=root');
    assert.match(call, '-o Acquire::http::Timeout=30');
  }
  assert.match(stderr, '  apt  apt-get: Unable to locate package');
});

test('a package with other files in it is refused', async () => {
  const { stderr, calls } = await withPrograms({
    'apt-get': 'case "$*" in *download*) echo deb > dataset-fashion-mnist_1_all.deb ;; esac',
    'dpkg-deb': `mkdir -p ${unpacked}; echo page > ${unpacked}/train-images-idx3-ubyte`,
  });
  assert.is(calls.at(-1), 'dpkg-deb -x dataset-fashion-mnist_1_all.deb unpacked');
  assert.match(stderr, /apt {2}\S*\/train-images-idx3-ubyte: not an IDX header at byte 0/);
});

test('a package that cannot be unpacked', async () => {
  const { stderr } = await withPrograms({
    'apt-get': 'case "$*" in *download*) echo deb > dataset-fashion-mnist_1_all.deb ;; esac',
    'dpkg-deb': 'echo "dpkg-deb: error: not a Debian format archive" >&2; exit 2',
  });
  assert.match(stderr, 'dpkg-deb: dataset-fashion-mnist_1_all.deb: dpkg-deb: error: not a Debian');
});

test.run();
