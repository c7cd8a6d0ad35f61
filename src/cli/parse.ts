/** Command-line words → operands and typed options, by yargs' own parser under a strict reading of the option table. */

import parser from 'yargs-parser';
import { UsageError } from './errors.js';
import { nearest } from './nearest.js';
import { parseNumber } from './numbers.js';
import type { Arguments, CommandSpec, OptionSpec, OptionTable, OptionValues } from './spec.js';

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
  const flags = table.filter(([, o]) => o.type === 'flag').map(([name]) => name);
  const valued = table.filter(([, o]) => o.type !== 'flag').map(([name]) => name);
  const parsed = parser.detailed([...argv], {
    alias: Object.fromEntries(table.flatMap(([name, o]) => (o.alias ? [[name, o.alias]] : []))),
    boolean: flags,
    string: [...valued, '_'],
    narg: Object.fromEntries(valued.map((name) => [name, 1])),
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
  if (parsed.error) throw new UsageError(parserComplaint(parsed.error.message));
  const { _: operands, ...given } = parsed.argv as { _: string[] } & Record<string, Parsed>;
  for (const name of Object.keys(given)) {
    if (!(name in spec.options)) throw new UsageError(unknownOption(name, spec));
  }
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
  if (option.type === 'flag') {
    if (given !== undefined && typeof given !== 'boolean')
      throw new UsageError(`--${name} takes no value`);
    return given ?? false;
  }
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
        throw new UsageError(`--${name}: '${text}' is not one of ${option.choices.join(', ')}`);
      return text;
    default:
      return text;
  }
}

function nonEmpty(name: string, option: OptionSpec, given: Parsed): string {
  if (typeof given !== 'string' || given === '')
    throw new UsageError(`--${name} needs a value: ${option.placeholder ?? option.type}`);
  return given;
}

/** yargs-parser says "Not enough arguments following: o"; we say which option lacks what. */
function parserComplaint(message: string): string {
  const name = /following: (\S+)/.exec(message)?.[1];
  return name ? `${dashed(name)} needs a value` : message;
}

function unknownOption(name: string, spec: CommandSpec): string {
  const near = nearest(name, Object.keys(spec.options));
  return `unknown option ${dashed(name)}${near ? `; did you mean --${near}?` : ''}`;
}

const dashed = (name: string) => (name.length === 1 ? `-${name}` : `--${name}`);

function checkOperands(spec: CommandSpec, operands: readonly string[]): void {
  const min = spec.minOperands ?? 0;
  const max = spec.maxOperands ?? 0;
  if (operands.length < min)
    throw new UsageError(`${operands.length === 0 ? 'an operand is' : 'operands are'} missing`);
  const extra = operands[max];
  if (extra !== undefined) throw new UsageError(`unexpected operand '${extra}'`);
  if (operands.includes('')) throw new UsageError('an operand is empty');
}
