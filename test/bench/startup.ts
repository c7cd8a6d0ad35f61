/**
 * Start-up: `--help`, program by program, and parsers of the command line, against a bare `node -e 0`: medians of
 * interleaved runs.
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
  // Why yargs' parser is used without the rest of it: each reads one word.
  ...['yargs-parser', 'yargs/helpers', 'yargs'].map((name) => ({ name, words: parserWords(name) })),
];

function parserWords(name: string): string[] {
  const read =
    name === 'yargs'
      ? "import yargs from 'yargs'; yargs(['a']).parse()"
      : `import * as all from '${name}'; (all.Parser ?? all.default).detailed(['a'])`;
  return ['--input-type=module', '-e', read];
}

const times = new Map(commands.map(({ name }) => [name, [] as number[]]));
for (let run = 0; run < runs; run++) {
  for (const { name, words } of commands) {
    const started = performance.now();
    const { status } = spawnSync(process.execPath, words, { stdio: 'ignore', cwd: paths.root });
    if (status !== 0) throw new Error(`${name} ended with status ${status}`);
    times.get(name)?.push(performance.now() - started);
  }
}

const medians = new Map([...times].map(([name, all]) => [name, median(all)]));
const base = medians.get(bare)!;
const rows = [...medians].map(([name, ms]) => [name, ms.toFixed(1), (ms / base).toFixed(2)]);
process.stdout.write(`${table(['command', 'ms', 'ratio'], rows).join('\n')}\n`);
const all = [...medians].filter(([name]) => name.endsWith(' --help')).map(([, ms]) => ms);
keepPart('startup', [
  {
    task: 'start-up: --help, the median program',
    unit: 'ms',
    less: true,
    ours: median(all),
    peers: [{ name: bare, value: base }],
  },
]);
