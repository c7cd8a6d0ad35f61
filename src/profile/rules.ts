/** The rules that a set of images must keep (`fmnist-stats --check`): reading them, every fault by its place. */

import { isObject } from '../core/json.js';
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
  if (!isObject(rule)) return 'is not an object';
  const { measure, name } = rule;
  const kind = typeof measure === 'string' ? ruleKind(measure) : undefined;
  if (!kind)
    return `the measure ${JSON.stringify(measure) ?? 'is missing and'} is not one of ${measureNames().join(', ')}`;
  if (name !== undefined && typeof name !== 'string') return 'its name is not text';
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
  if (kind === 'number')
    return Number.isFinite(value) ? undefined : `'${bound}' is not a finite number`;
  if (kind === 'text') return typeof value === 'string' ? undefined : `'${bound}' is not text`;
  const whole = (v: unknown) => Number.isInteger(v) && (v as number) >= 0;
  if (!Array.isArray(value) || !value.every(whole))
    return `'${bound}' is not a list of whole numbers`;
  return kind === 'shape' && value.length !== 2 ? `'${bound}' is not [rows, columns]` : undefined;
}
