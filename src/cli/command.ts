/**
 * The option table: what a program takes, as data that JSON can hold (no infinities, no functions).
 * Parsing, help, completion and the man-page test all read it.
 */

import type { CommandIo } from '../core/environment.js';

interface Described {
  /** One line for `--help`, without a full stop. */
  readonly describe: string;
  /** One-letter alias. */
  readonly alias?: string;
  /** What stands for the value in help, such as `FILE`. */
  readonly placeholder?: string;
}

export interface FlagOption extends Described {
  readonly type: 'flag';
}

export interface NumberOption extends Described {
  /** `integer` refuses fractions; both refuse blanks, NaN, infinities and repeats. */
  readonly type: 'integer' | 'number';
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
}

export interface TextOption extends Described {
  /** `file` is a path or `-`; `string` is anything but the empty string. */
  readonly type: 'string' | 'file';
  readonly default?: string;
}

export interface ChoiceOption extends Described {
  readonly type: 'choice';
  readonly choices: readonly string[];
  readonly default?: string;
}

export interface ListOption extends Described {
  /** The only kind that may be given more than once. */
  readonly type: 'list';
}

export type OptionSpec = FlagOption | NumberOption | TextOption | ChoiceOption | ListOption;
export type OptionTable = Readonly<Record<string, OptionSpec>>;

type Base<O extends OptionSpec> = O extends { type: 'integer' | 'number' }
  ? number
  : O extends { type: 'choice'; choices: readonly (infer C)[] }
    ? C
    : string;

/** The value `main` receives for an option: flags are booleans, lists arrays, and an option without a default may be undefined. */
export type OptionValue<O extends OptionSpec> = O extends { type: 'flag' }
  ? boolean
  : O extends { type: 'list' }
    ? string[]
    : O extends { default: string | number }
      ? Base<O>
      : Base<O> | undefined;

/** A table's values, keyed by the long option name as it is spelled (`out-validation`). */
export type OptionValues<T extends OptionTable> = { -readonly [K in keyof T]: OptionValue<T[K]> };

export interface Arguments<T extends OptionTable = OptionTable> {
  readonly operands: readonly string[];
  readonly options: OptionValues<T>;
  /** The words as given, for `run` records. */
  readonly argv: readonly string[];
}

export interface Example {
  readonly command: string;
  readonly describe: string;
}

export interface CommandSpec<T extends OptionTable = OptionTable> {
  /** Without the `fmnist-` prefix: `stats`. */
  readonly name: string;
  /** One line, lower case, without a full stop: what the program does. */
  readonly summary: string;
  /** The operands as the usage line shows them: `[FILE ...]`. */
  readonly operands: string;
  /** How many operands at least and at most; default 0 to 0. Tables are kept as JSON: any number is Number.MAX_SAFE_INTEGER, not Infinity. */
  readonly minOperands?: number;
  readonly maxOperands?: number;
  readonly options: T;
  readonly examples: readonly Example[];
}

/** A program: its option table, and `main`, which returns an exit status and touches nothing but `io`. */
export interface Command<T extends OptionTable = OptionTable> {
  readonly spec: CommandSpec<T>;
  readonly main: (args: Arguments<T>, io: CommandIo) => Promise<number>;
}

/** Types a command by its own option table, so that `main` sees exactly the options the table declares. */
export function defineCommand<const T extends OptionTable>(
  spec: CommandSpec<T>,
  main: (args: Arguments<T>, io: CommandIo) => Promise<number>,
): Command<T> {
  return { spec, main };
}
