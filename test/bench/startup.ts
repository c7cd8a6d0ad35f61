/**
 * How long `--help` takes, program by program, against a bare `node -e 0`: medians of interleaved runs.
 * usage: node dist/test/bench/startup.js [RUNS]   (default 21)
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { programName, programs, suiteName } from '../../src/cli/programs.js';
import { table } from '../../src/picture/table.js';
import { paths } from '../support/paths.js';
import { keepPart } from './comparison.js';
import { median } from './figures.js';

const runs = Number(process.argv[2] ?? 21);
const bare = 'node -e 0';
const commands = [
  { name: bare, words: ['-e', '0'] },
  ...[suiteName, ...programs.map(({ name }) => name)].map((name) => ({
    name: `${programName(name)} --help`,
    words: [join(paths.bin, programName(name)), '--help'],
  })),
];

const times = new Map(commands.map(({ name }) => [name, [] as number[]]));
for (let run = 0; run < runs; run++) {
  for (const { name, words } of commands) {
    const started = performance.now();
    spawnSync(process.execPath, words, { stdio: 'ignore' });
    times.get(name)?.push(performance.now() - started);
  }
}

const medians = new Map([...times].map(([name, all]) => [name, median(all)]));
const base = medians.get(bare)!;
const rows = [...medians].map(([name, ms]) => [name, ms.toFixed(1), (ms / base).toFixed(2)]);
process.stdout.write(`${table(['command', 'ms', 'ratio'], rows).join('\n')}\n`);
const all = [...medians].filter(([name]) => name !== bare).map(([, ms]) => ms);
keepPart('startup', [
  {
    task: 'start-up: --help, the median program',
    unit: 'ms',
    less: true,
    ours: median(all),
    peers: [{ name: bare, value: base }],
  },
]);
