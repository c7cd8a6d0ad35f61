/** A real service, through reloads, rotations of its log and a stop, all under load: nothing fails, and every answer is logged once. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { proveReloads } from '../../bench/reload-proof.js';

const test = suite('serve/reload-proof');

test('no request fails, no line of the log is lost or doubled', async () => {
  const { answered, faults, lost, doubled, versions, rotated } = await proveReloads(10, 4);
  assert.equal(
    { faults, lost, doubled, versions, rotated },
    { faults: [], lost: 0, doubled: 0, versions: 2, rotated: 1 },
  );
  assert.ok(answered > 100, `${answered} answers`);
});

test.run();
