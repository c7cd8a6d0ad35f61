/** The words of the command line: what is understood, and how everything else is refused. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandSpec } from '../../../src/cli/command.js';
import { parseArguments } from '../../../src/cli/parse.js';
import { withCommonOptions } from '../../../src/cli/run.js';
import { UsageError } from '../../../src/core/errors.js';
import { parseNumber } from '../../../src/core/numbers.js';
import { usageErrorOf } from '../../support/trouble.js';

const test = suite('cli: parse');

const spec: CommandSpec = withCommonOptions({
  name: 'test',
  summary: 'for tests',
  operands: '[FILE ...]',
  maxOperands: 3,
  examples: [],
  options: {
    output: { type: 'file', alias: 'o', describe: '' },
    seed: { type: 'integer', min: 0, max: 9, default: 0, describe: '' },
    rate: { type: 'number', alias: 'r', describe: '' },
    set: { type: 'list', alias: 's', placeholder: 'NAME=VALUE', describe: '' },
    kind: { type: 'choice', choices: ['a', 'b'], default: 'a', describe: '' },
    name: { type: 'string', describe: '' },
    bare: { type: 'flag', alias: 'b', describe: '' },
  },
});
const defaults = {
  seed: 0,
  set: [],
  kind: 'a',
  bare: false,
  help: false,
  version: false,
  quiet: false,
};

function parse(...argv: string[]) {
  const { operands, options } = parseArguments(spec, argv);
  const given = Object.entries(options).filter(
    ([name, value]) =>
      JSON.stringify(value) !== JSON.stringify(defaults[name as keyof typeof defaults]),
  );
  return [operands, Object.fromEntries(given)];
}

test('nothing gives the defaults; options without one are undefined', () => {
  const { options, operands, argv } = parseArguments(spec, []);
  assert.equal(options, { ...defaults, output: undefined, rate: undefined, name: undefined });
  assert.equal([operands, argv], [[], []]);
});

test('accepted words and their values', () => {
  const cases: [string[], [string[], Record<string, unknown>]][] = [
    [
      ['-o', 'x'],
      [[], { output: 'x' }],
    ],
    [['-ox'], [[], { output: 'x' }]],
    [['-o=x'], [[], { output: 'x' }]],
    [['-ox=y'], [[], { output: 'x=y' }]],
    [
      ['--output', 'x'],
      [[], { output: 'x' }],
    ],
    [['--output=x=y'], [[], { output: 'x=y' }]],
    [['--output=a b\nc'], [[], { output: 'a b\nc' }]],
    [['--output="x"'], [[], { output: '"x"' }]],
    [
      ['-o', '-'],
      [[], { output: '-' }],
    ],
    [['-o-'], [[], { output: '-' }]],
    [['--output=--bare'], [[], { output: '--bare' }]],
    [
      ['--seed', '7'],
      [[], { seed: 7 }],
    ],
    [['--seed=07'], [[], { seed: 7 }]],
    [
      ['--rate', '-5'],
      [[], { rate: -5 }],
    ],
    [
      ['--rate', '-.5'],
      [[], { rate: -0.5 }],
    ],
    [['--rate=-1e-3'], [[], { rate: -0.001 }]],
    [['-r-1'], [[], { rate: -1 }]],
    [
      ['-r', '+.5'],
      [[], { rate: 0.5 }],
    ],
    [
      ['--set', 'a=b', 'x', '--set=c', '-s', 'd'],
      [['x'], { set: ['a=b', 'c', 'd'] }],
    ],
    [
      ['--kind', 'b'],
      [[], { kind: 'b' }],
    ],
    [
      ['--name', 'true'],
      [[], { name: 'true' }],
    ],
    [
      ['-b', 'true', '--quiet', 'false'],
      [['true', 'false'], { bare: true, quiet: true }],
    ],
    [['-bq'], [[], { bare: true, quiet: true }]],
    [
      ['-bqo', 'x'],
      [[], { bare: true, quiet: true, output: 'x' }],
    ],
    [['-bqox'], [[], { bare: true, quiet: true, output: 'x' }]],
    [
      ['-q', '-q', '--quiet'],
      [[], { quiet: true }],
    ],
    [['-qh'], [[], { quiet: true, help: true }]],
    [
      ['a', '-', '-b', 'c'],
      [['a', '-', 'c'], { bare: true }],
    ],
    [
      ['-5', '-.5', '007'],
      [['-5', '-.5', '007'], {}],
    ],
    [
      ['-b', '--', '--bare', '-o', '--'],
      [['--bare', '-o', '--'], { bare: true }],
    ],
    [
      ['"a"', 'b c'],
      [['"a"', 'b c'], {}],
    ],
  ];
  for (const [argv, expected] of cases)
    assert.equal(parse(...argv), expected, JSON.stringify(argv));
});

test('refused words, each with its message', async () => {
  const seed = 'a whole number from 0 to 9';
  const cases: [string[], string][] = [
    [['--seed', '1', '--seed=2'], '--seed is given more than once'],
    [['-o', 'a', '--output', 'b'], '--output is given more than once'],
    [['--seed'], `--seed needs a value: ${seed}`],
    [['--seed='], `--seed needs a value: ${seed}`],
    [['--seed', ''], `--seed needs a value: ${seed}`],
    [['--seed', '--', '5'], `--seed needs a value: ${seed}`],
    [['-o', '--bare'], '--output needs a value: FILE'],
    [['-o'], '--output needs a value: FILE'],
    [['--name='], '--name needs a value: TEXT'],
    [['--set'], '--set needs a value: NAME=VALUE'],
    [['--kind'], '--kind needs a value: one of a, b'],
    [['--kind', 'c'], "--kind: 'c' is not one of a, b"],
    [['--seed', '10'], `--seed: '10' is not ${seed}`],
    [['--seed', '-1'], `--seed: '-1' is not ${seed}`],
    [['--seed', '1.5'], `--seed: '1.5' is not ${seed}`],
    [['--seed', ' 5'], `--seed: ' 5' is not ${seed}`],
    [['--seed=\n5'], `--seed: '\\n5' is not ${seed}`],
    [['--seed', '0x5'], `--seed: '0x5' is not ${seed}`],
    [['--rate', 'NaN'], "--rate: 'NaN' is not a number"],
    [['--rate', 'Infinity'], "--rate: 'Infinity' is not a number"],
    [['--rate', '1e999'], "--rate: '1e999' is not a number"],
    [['--rate', 'five'], "--rate: 'five' is not a number"],
    [['--bare=true'], '--bare takes no value'],
    [['--bare='], '--bare takes no value'],
    [['-b=1'], '--bare takes no value'],
    [['--sed', '5'], 'unknown option --sed; did you mean --seed?'],
    [['--outputs=x'], 'unknown option --outputs; did you mean --output?'],
    [['--out', 'x'], 'unknown option --out; did you mean --output?'],
    [['--otuput', 'x'], 'unknown option --otuput; did you mean --output?'],
    [['-output', 'x'], 'unknown option -output; did you mean --output?'],
    [['--entirely-other'], 'unknown option --entirely-other'],
    [['--no-bare'], 'unknown option --no-bare'],
    [['-x'], 'unknown option -x'],
    [['-bx'], 'unknown option -x'],
    [['---bare'], 'unknown option ---bare; did you mean --bare?'],
    [['--=x'], 'unknown option --'],
    [['-é'], 'unknown option -é'],
    [['--constructor'], 'unknown option --constructor'],
    [['--constructor=5'], 'unknown option --constructor'],
    [['--__proto__'], 'unknown option --__proto__'],
    [['--__proto__=x'], 'unknown option --__proto__'],
    [['--toString', 'x'], 'unknown option --toString'],
    [['--_=x'], 'unknown option --_'],
    [['--$0=x'], 'unknown option --$0'],
    [['a', 'b', 'c', 'd\n'], "unexpected operand 'd\\n'; [FILE ...] was expected"],
    [['a', ''], 'an operand is empty; a file or - was expected'],
  ];
  for (const [argv, message] of cases)
    assert.is(await usageErrorOf(() => parse(...argv)), message, JSON.stringify(argv));
});

test('bounds on the number of operands', async () => {
  const of = (minOperands: number, maxOperands: number, operands: string) => (argv: string[]) =>
    parseArguments({ ...spec, minOperands, maxOperands, operands }, argv).operands;
  assert.equal(of(1, 2, 'A [B]')(['a']), ['a']);
  assert.is(
    await usageErrorOf(() => of(1, 2, 'A [B]')([])),
    'an operand is missing; A [B] was expected',
  );
  assert.is(
    await usageErrorOf(() => of(2, 2, 'A B')(['a'])),
    'operands are missing; A B was expected',
  );
  assert.is(
    await usageErrorOf(() => of(0, 0, '')(['a'])),
    "unexpected operand 'a'; none was expected",
  );
});

test('any words parse or give a UsageError, and values are unchanged', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('--seed', '-o', '--set', '-b', '--', '-', '--name', '-s', '--rate=', '-5'),
    fc.string().map((text) => `--name=${text}`),
    fc.string().map((text) => `-${text}`),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
      try {
        const { operands, options } = parseArguments(spec, argv);
        const values = [
          ...operands,
          ...(options.name ? [options.name] : []),
          ...(options.set as string[]),
        ];
        for (const value of values)
          assert.ok(argv.some((given) => given.includes(value as string)));
        assert.equal(Object.keys(options).sort(), Object.keys(spec.options).sort());
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        assert.not.match(error.message, '\n');
      }
    }),
    { numRuns: 2000 },
  );
});

test('numbers: whole ones, bounded ones, and none', () => {
  for (const [text, value] of [
    ['0', 0],
    ['-0', 0],
    ['5.', 5],
    ['1e3', 1000],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ] as const)
    assert.ok(Object.is(parseNumber(text, { integer: true }), value), text);
  const refused = [
    ['9007199254740992', { integer: true }, 'a whole number'],
    ['', {}, 'a number'],
    ['.', {}, 'a number'],
    ['1,5', {}, 'a number'],
    ['1_000', {}, 'a number'],
    ['--1', {}, 'a number'],
    ['0', { min: 1 }, 'a number of at least 1'],
    ['3', { max: 2, integer: true }, 'a whole number of at most 2'],
  ] as const;
  for (const [text, bounds, wanted] of refused)
    assert.throws(() => parseNumber(text, bounds), `'${text}' is not ${wanted}`);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.is(parseNumber(String(value)), value + 0);
    }),
  );
});

test.run();
