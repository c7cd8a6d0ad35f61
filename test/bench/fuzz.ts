/**
 * Damaged requests, thousands of them, sent to a running service: their statuses, whether the service lives and answers
 * rightly behind them, and how its memory grew, from when a fifth of them were sent to the end.
 * usage: node dist/test/bench/fuzz.js [REQUESTS [SEED]]   (default 10,000 and 0)
 */

import { join } from 'node:path';
import fc from 'fast-check';
import { damagedRequests } from '../support/damaged-requests.js';
import { paths } from '../support/paths.js';
import { bar, barsPath } from '../support/service.js';
import { freePort, startService } from './serving.js';

const [count = 10_000, seed = 0] = process.argv.slice(2).map(Number);
const port = await freePort();
const sound = Buffer.from(JSON.stringify({ pixels: bar(2) }));
const words = [
  '-q',
  '--port',
  String(port),
  '--max-body',
  '200000',
  '--max-pixels',
  '100000',
  barsPath,
];
const service = await startService(
  process.execPath,
  [join(paths.bin, 'fmnist-serve'), ...words],
  port,
  sound,
);
if (!service) throw new Error('fmnist-serve does not start');
const statuses: Record<number, number> = {};
let memory = Number.NaN;
try {
  const requests = fc.sample(await damagedRequests(), { numRuns: count, seed });
  const send = async () => {
    for (let request = requests.pop(); request; request = requests.pop()) {
      const { path, headers, body } = request;
      const answer = await fetch(service.url + path, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
      });
      await answer.arrayBuffer();
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (requests.length === Math.floor(0.8 * count)) memory = service.memory();
    }
  };
  await Promise.all(Array.from({ length: 4 }, send));
  const end = service.memory();
  const answer = await fetch(`${service.url}/predict`, {
    method: 'POST',
    body: new Uint8Array(sound),
  });
  const [{ prediction }] = (
    (await answer.json()) as { readonly predictions: readonly [{ readonly prediction: number }] }
  ).predictions;
  const failed = Object.keys(statuses).filter((status) => Number(status) >= 500).length;
  process.stdout.write(
    `${count} damaged requests: statuses ${JSON.stringify(statuses)}; memory ${memory.toFixed(0)} MiB after a fifth of them, ` +
      `${end.toFixed(0)} MiB at the end; then a sound one: ${answer.status}, ${prediction === 2 ? 'right' : 'WRONG'}\n`,
  );
  process.exitCode = failed > 0 || prediction !== 2 || end > 1.25 * memory ? 1 : 0;
} finally {
  await service.stop();
}
