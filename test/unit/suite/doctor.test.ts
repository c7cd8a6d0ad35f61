/** fmnist doctor and the probing of packages. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { examine, renderFindings, verdict } from '../../../src/suite/doctor.js';
import type { CheckRecord } from '../../../src/suite/finding.js';
import { probePackage } from '../../../src/suite/probe.js';
import { memoryIo } from '../../support/memory-io.js';

const test = suite('suite/doctor');
const finding = (state: CheckRecord['state'], changes: Partial<CheckRecord> = {}): CheckRecord => ({
  type: 'check',
  subject: 'sharp',
  state,
  detail: 'some detail',
  ...changes,
});

test('only a fault gives status 3', () => {
  assert.is(verdict([]), 0);
  assert.is(verdict([finding('ok'), finding('absent')]), 0);
  assert.is(verdict([finding('ok'), finding('fault')]), 3);
});

test('rendering: marks, details, next steps, a verdict', async () => {
  const text = await renderFindings(memoryIo(), [
    finding('ok'),
    finding('absent', { subject: 'man', next: 'install man-db' }),
    finding('fault', { subject: 'node', next: 'install Node' }),
  ]);
  assert.is(
    text,
    [
      '✓ sharp  some detail',
      '– man    some detail',
      '         → install man-db',
      '✗ node   some detail',
      '         → install Node',
      '',
      '1 thing to mend first, marked ✗.',
      '',
    ].join('\n'),
  );
  assert.match(
    await renderFindings(memoryIo(), [finding('ok')]),
    /All that is needed is there\.\n$/,
  );
});

test('a package that is there, one that is not, and one that fails', async () => {
  assert.equal(await probePackage('node:path', "it.sep + ' as ever'"), {
    state: 'loads',
    detail: '/ as ever',
  });
  const absent = await probePackage('no-such-package-anywhere', '1');
  assert.is(absent.state, 'absent');
  assert.match(absent.detail, /Cannot find package/);
  assert.equal(await probePackage('node:os', '(() => { throw new Error("no such device") })()'), {
    state: 'fails',
    detail: 'no such device',
  });
  assert.equal(await probePackage('node:os', "process.kill(process.pid, 'SIGSEGV')"), {
    state: 'fails',
    detail: 'died of SIGSEGV',
  });
});

test('what is always there', async () => {
  const findings = await examine(memoryIo('', { env: { FMNIST_MODEL: '/no/such/model.onnx' } }));
  const of = (subject: string) => findings.find((f) => f.subject === subject);
  assert.is(of('node')?.state, 'ok');
  assert.is(of('onnxruntime')?.state, 'ok');
  assert.match(of('onnxruntime')?.detail ?? '', /^\d+\.\d+\.\d+ with cpu/);
  assert.is(of('sharp')?.state, 'ok');
  assert.equal(of('model'), {
    type: 'check',
    subject: 'model',
    state: 'absent',
    detail: '$FMNIST_MODEL: /no/such/model.onnx is not there',
    next: 'set FMNIST_MODEL to a model file, or unset it',
  });
  for (const { state, next } of findings) if (state === 'fault') assert.ok(next);
});

test.run();
