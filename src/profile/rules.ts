/** The rules that a set of images must keep (`fmnist-stats --check`): reading them, every fault by its place. */

import { isObject, isShown, shown } from '../core/json.js';
import { measureNames, type RuleKind, ruleKind } from './measures.js';

export interface Rule {
  readonly measure: string;
  readonly name?: string;
  readonly min?: number;
  readonly max?: number;
  readonly is?: number | string | readonly number[];
  readonly in?: readonly number[];
}

const bounds = ['min', 'max', 'is', 'in'] as const;
/** Bounds that a measure of each type can be held to. */
const allowed: Readonly<Record<RuleKind, readonly (typeof bounds)[number][]>> = {
  number: ['min', 'max', 'is'],
  text: ['is'],
  shape: ['is'],
  labels: ['in'],
};

/** Parsed JSON → rules. Throws a RangeError that names the rule and the field at fault. */
export function readDataRules(value: unknown): Rule[] {
  const { rules, ...others } = isObject(value) ? value : { rules: undefined };
  const extra = Object.keys(others).find((field) => field !== 'description');
  if (!Array.isArray(rules) || extra !== undefined)
    throw new RangeError(
      `${extra ? `the field '${extra}' is unknown; ` : ''}an object with a list of 'rules' was expected`,
    );
  if (rules.length === 0) throw new RangeError('holds no rules; at least one was expected');
  return rules.map((rule, i) => {
    const fault = faultOf(rule);
    if (fault) throw new RangeError(`rule ${i + 1}: ${fault}`);
    return rule as Rule;
  });
}

function faultOf(rule: unknown): string | undefined {
  if (!isObject(rule)) return `${isShown(rule)}; an object was expected`;
  const { measure, name } = rule;
  const kind = typeof measure === 'string' ? ruleKind(measure) : undefined;
  if (!kind)
    return `the measure is ${shown(measure)}; one of ${measureNames().join(', ')} was expected`;
  if (name !== undefined && typeof name !== 'string')
    return `its name ${isShown(name)}; text was expected`;
  const given = bounds.filter((bound) => rule[bound] !== undefined);
  const extra = Object.keys(rule).find(
    (field) => !['measure', 'name', ...allowed[kind]].includes(field),
  );
  if (extra !== undefined)
    return `'${extra}' does not go with ${measure}; ${allowed[kind].join(', ')} can be given`;
  if (given.length === 0) return `asks nothing; ${allowed[kind].join(', ')} can be given`;
  return given.map((bound) => boundFault(kind, bound, rule[bound])).find(Boolean);
}

function boundFault(kind: RuleKind, bound: string, value: unknown): string | undefined {
  const whole = (v: unknown) => Number.isInteger(v) && (v as number) >= 0;
  const wholes = Array.isArray(value) && value.every(whole);
  const [fits, expected] = {
    number: [Number.isFinite(value), 'a finite number'],
    text: [typeof value === 'string', 'text'],
    labels: [wholes, 'a list of whole numbers'],
    shape: [wholes && value.length === 2, 'a list of two whole numbers, [rows, columns],'],
  }[kind] as [boolean, string];
  return fits ? undefined : `'${bound}' ${isShown(value)}; ${expected} was expected`;
}
