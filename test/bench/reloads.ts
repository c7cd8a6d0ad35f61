/**
 * Reloads under load: a service is told to take up another model again and again while clients ask it as fast as they
 * can and its log is rotated; then it is told to stop. No request may fail, and each answer must be in the log once.
 * usage: node dist/test/bench/reloads.js [RELOADS [CLIENTS]]   (default 100 reloads, 8 clients)
 */

import { proveReloads } from './reload-proof.js';

const [reloads = 100, clients = 8] = process.argv.slice(2).map(Number);
const { answered, faults, lost, doubled, versions, rotated, milliseconds } = await proveReloads(
  reloads,
  clients,
);
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(
  `${reloads} reloads, ${rotated} rotations of the log and a stop, ${clients} clients, ${(milliseconds / 1000).toFixed(1)} s: ` +
    `${answered} requests answered by ${versions} versions, ${faults.length} failed; ` +
    `log: ${lost} lost, ${doubled} twice\n`,
);
process.exitCode = faults.length + lost + doubled > 0 || versions < 2 ? 1 : 0;
