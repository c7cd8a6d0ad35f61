/** Parser of the command line: words → operands and typed options, by yargs' own parser under the option table. */

import parser from 'yargs-parser';
import { quoted, UsageError } from '../core/errors.js';
import { describeBounds, parseNumber } from '../core/numbers.js';
import type { Arguments, CommandSpec, OptionSpec, OptionTable, OptionValues } from './command.js';
import { separateWords } from './word-splitter.js';

type Parsed = string | number | boolean | undefined | Parsed[];

/**
 * Parses `argv` against a spec. Unknown options, missing values, repeats, numbers out of bounds and
 * a wrong count of operands are UsageErrors that name the option.
 */
export function parseArguments<T extends OptionTable>(
  spec: CommandSpec<T>,
  argv: readonly string[],
): Arguments<T> {
  const table = Object.entries(spec.options);
  const [flags, valued] = [true, false].map((flag) =>
    table.filter(([, o]) => (o.type === 'flag') === flag).map(([name]) => name),
  ) as [string[], string[]];
  const parsed = parser.detailed(separateWords(spec, argv), {
    alias: Object.fromEntries(table.flatMap(([name, o]) => (o.alias ? [[name, o.alias]] : []))),
    boolean: flags,
    string: [...valued, '_'],
    // A flag takes no word at all: yargs' parser would else swallow an operand called `true`.
    narg: Object.fromEntries(table.map(([name, o]) => [name, o.type === 'flag' ? 0 : 1])),
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'greedy-arrays': false,
      'strip-aliased': true,
    },
  });
  if (parsed.error) throw new UsageError(parserComplaint(parsed.error.message, spec));
  const { _: operands, ...given } = parsed.argv as { _: string[] } & Record<string, Parsed>;
  const options = Object.fromEntries(
    table.map(([name, option]) => [name, readOption(name, option, given[name])]),
  ) as OptionValues<T>;
  checkOperands(spec, operands);
  return { operands, options, argv };
}

function readOption(name: string, option: OptionSpec, given: Parsed) {
  if (option.type === 'list') {
    const all = given === undefined ? [] : Array.isArray(given) ? given : [given];
    return all.map((value) => nonEmpty(name, option, value));
  }
  if (Array.isArray(given)) throw new UsageError(`--${name} is given more than once`);
  if (option.type === 'flag') return given === true;
  if (given === undefined) return option.default;
  const text = nonEmpty(name, option, given);
  switch (option.type) {
    case 'integer':
    case 'number':
      try {
        return parseNumber(text, { ...option, integer: option.type === 'integer' });
      } catch (error) {
        throw new UsageError(`--${name}: ${(error as Error).message}`);
      }
    case 'choice':
      if (!option.choices.includes(text))
        throw new UsageError(
          `--${name}: ${quoted(text)} is not one of ${option.choices.join(', ')}`,
        );
      return text;
    default:
      return text;
  }
}

function nonEmpty(name: string, option: OptionSpec, given: Parsed): string {
  if (typeof given !== 'string' || given === '')
    throw new UsageError(`--${name} needs a value: ${wanted(option)}`);
  return given;
}

/** Value that an option takes, in words. */
function wanted(option: OptionSpec): string {
  if (option.type === 'integer' || option.type === 'number')
    return describeBounds({ ...option, integer: option.type === 'integer' });
  if (option.type === 'choice') return `one of ${option.choices.join(', ')}`;
  return option.placeholder ?? (option.type === 'file' ? 'FILE' : 'TEXT');
}

/** yargs' parser says "Not enough arguments following: o"; we say which option lacks or refuses a value. */
function parserComplaint(message: string, { options }: CommandSpec): string {
  const [, complaint, word = ''] = /(following|unexpected for): (\S+)/.exec(message) ?? [];
  const [name, option] =
    Object.entries(options).find(([long, { alias }]) => long === word || alias === word) ?? [];
  if (!complaint || !name || !option) return message;
  return complaint === 'following'
    ? `--${name} needs a value: ${wanted(option)}`
    : `--${name} takes no value`;
}

function checkOperands(spec: CommandSpec, operands: readonly string[]): void {
  const min = spec.minOperands ?? 0;
  const max = spec.maxOperands ?? 0;
  if (operands.length < min)
    throw new UsageError(
      `${operands.length === 0 ? 'an operand is' : 'operands are'} missing; ${spec.operands} was expected`,
    );
  const extra = operands[max];
  if (extra !== undefined)
    throw new UsageError(
      `unexpected operand ${quoted(extra)}; ${spec.operands ? `${spec.operands} was` : 'none was'} expected`,
    );
  if (operands.includes('')) throw new UsageError('an operand is empty; a file or - was expected');
}
