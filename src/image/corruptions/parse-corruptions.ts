/**
 * Parser of fmnist-corrupt's operands: kinds and severities, checked against each other before a
 * byte is read.
 */

import { quoted, UsageError } from '../../core/errors.js';
import { nearest } from '../../core/nearest.js';
import { describeBounds } from '../../core/numbers.js';
import { corruptionNames, isCorruptionName } from './catalogue.js';
import { amountOf } from './corruption.js';
import { type CorruptionPlan, readSeverities } from './corruption-plan.js';
import { doseOf, everyName, isLabelKindName } from './list.js';

export type CorruptionChoice =
  | ({ readonly what: 'images' } & CorruptionPlan)
  /** `amount` undefined: severity 0. */
  | {
      readonly what: 'label-noise';
      readonly amount: number | undefined;
      readonly from: number;
    }
  | {
      readonly what: 'class-shift';
      readonly amount: number | undefined;
      readonly class: string | undefined;
    };

export interface CorruptionChoiceOptions {
  readonly severity: string | undefined;
  readonly amount: number | undefined;
  readonly share: number | undefined;
  readonly from: number | undefined;
  readonly class: string | undefined;
}

/** The severity where none is given. */
export const defaultSeverity = '3';

/** Reads the operand `KIND[,KIND ...]` and the options; a UsageError says what does not go together. */
export function parseCorruptions(
  word: string | undefined,
  options: CorruptionChoiceOptions,
): CorruptionChoice {
  const names = readNames(word);
  const { amount, share = 1, from = 0 } = options;
  if (amount !== undefined && options.severity !== undefined)
    throw new UsageError('give either --severity or --amount');
  const severities = severitiesOf(options.severity ?? defaultSeverity);
  const only = names.length === 1 ? names[0] : undefined;
  if (amount !== undefined) checkAmount(amount, only);
  if (options.class !== undefined && only !== 'class-shift')
    throw new UsageError('--class is for class-shift');
  if (only === undefined || isCorruptionName(only))
    return {
      what: 'images',
      kinds: names.filter(isCorruptionName),
      severities,
      amount,
      share,
      from,
    };
  if (share !== 1) throw new UsageError(`--share is for kinds that change images, not ${only}`);
  if (severities[0] !== severities[1])
    throw new UsageError(`${only} takes one severity, not a range of them`);
  const dose = amount ?? (severities[0] === 0 ? undefined : amountOf(doseOf(only), severities[0]));
  if (only === 'label-noise') return { what: only, amount: dose, from };
  if (from !== 0) throw new UsageError('--from is not for class-shift');
  return { what: only, amount: dose, class: options.class };
}

type Name = Parameters<typeof doseOf>[0];

function readNames(word: string | undefined): readonly Name[] {
  if (word === undefined) throw new UsageError('no KIND given; --list shows them');
  const names = word === 'all' ? corruptionNames : word.split(',').map(readName);
  if (names.length > 1 && names.some(isLabelKindName))
    throw new UsageError(
      'kinds that change labels or classes come alone; join programs by pipes for more than one',
    );
  if (new Set(names).size < names.length)
    throw new UsageError(`${quoted(word)} names a kind twice`);
  return names;
}

function readName(name: string): Name {
  if (isCorruptionName(name) || isLabelKindName(name)) return name;
  const meant = nearest(name, [...everyName, 'all']);
  throw new UsageError(
    `unknown kind ${quoted(name)}; ${meant ? `did you mean ${meant}?` : '--list shows them'}`,
  );
}

function severitiesOf(text: string): readonly [number, number] {
  try {
    return readSeverities(text);
  } catch (error) {
    throw new UsageError(`--severity: ${(error as Error).message}`);
  }
}

function checkAmount(amount: number, only: Name | undefined): void {
  if (only === undefined) throw new UsageError('--amount is for one kind');
  const { bounds, unit } = doseOf(only);
  const { min = -Infinity, max = Infinity, integer } = bounds;
  if (amount < min || amount > max || (integer && !Number.isInteger(amount)))
    throw new UsageError(
      `--amount: '${amount}' is not ${describeBounds(bounds)} (${only}: ${unit})`,
    );
}

/** The order as the annotation keeps it. */
export function corruptionSettings(
  order: CorruptionChoice,
  seed: number,
): Readonly<Record<string, unknown>> {
  if (order.what !== 'images') return { kind: order.what, ...without(order, 'what'), seed };
  const { kinds, severities, amount, share, from } = order;
  const [least, most] = severities;
  return {
    kinds,
    ...(amount === undefined
      ? { severity: least === most ? least : `${least}-${most}` }
      : { amount }),
    ...(share === 1 ? {} : { share }),
    ...(from === 0 ? {} : { from }),
    seed,
  };
}

function without(order: object, field: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(order).filter(([name, value]) => name !== field && value !== undefined),
  );
}
