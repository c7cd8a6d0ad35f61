/** Triton's own client understands the service, where that client is installed (`make peers`, or FMNIST_PEERS). */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { python } from '../../bench/peers.js';
import { needing } from '../../support/needing.js';
import { paths } from '../../support/paths.js';
import { openService } from '../../support/service.js';

const test = suite('serve/oip-client');

async function run(words: readonly string[]): Promise<string | undefined> {
  const child = spawn(python, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  try {
    const [output, errors, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      ended,
    ]);
    if (status !== 0) throw new Error(errors);
    return output;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const here = await run(['-c', 'import tritonclient.http']).then(
  (output) => output !== undefined,
  () => false,
);

const byTriton = needing(
  test,
  here ? undefined : "no tritonclient in Python; 'make peers' installs it",
);

byTriton('JSON, binary and compressed requests of tritonclient', async () => {
  const service = await openService();
  try {
    const address = await service.app.listen({ host: '127.0.0.1', port: 0 });
    const script = join(paths.root, 'test/bench/peers/oip_client.py');
    const said = JSON.parse((await run([script, address.replace('http://', ''), 'bars'])) ?? '');
    assert.equal(
      [said.live, said.ready, said.modelReady, said.index],
      [true, true, true, ['READY']],
    );
    assert.ok(said.extensions.includes('binary_tensor_data'));
    const { probabilities, ...rest } = said.json;
    assert.equal(rest, {
      id: '42',
      label: [0, 1, 2, 3],
      class: ['first', 'second', 'third', 'fourth'],
      best: ['0:first', '1:second', '2:third', '3:fourth'],
    });
    // Class c has the logit 1.5 × the sum of row c + 1 / 255.
    const odds = Math.exp((1.5 * 5 * 210) / 255);
    assert.ok(Math.abs(probabilities[1][1] - odds / (odds + 3)) < 1e-4);
    assert.equal(said.binary, said.json);
    assert.equal(said.floats, said.json);
    assert.equal(said.halves, said.json);
    assert.equal(said.config, [
      [{ name: 'image', data_type: 'TYPE_UINT8', dims: [6, 5] }],
      { name: 'probabilities', data_type: 'TYPE_FP32', dims: [4] },
    ]);
    // All that was asked before: every output, JSON, binary, floats of both sizes.
    assert.is(said.counted, 5);
    assert.equal(said.every, ['class', 'confidence', 'label', 'logits', 'probabilities']);
    assert.equal(said.compressed, [0, 1, 2, 3]);
    assert.equal(said.deflated, [0, 1, 2, 3]);
    assert.match(said.refused, /^model 'bars' is in service in version \w{12}, not '0'$/);
  } finally {
    await service.close();
  }
});

test.run();
