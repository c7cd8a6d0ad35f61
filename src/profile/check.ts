/** Rules held against a summary. */

import type { RuleRecord } from '../ndjson/statistics-records.js';
import { type MeasuredValue, measure } from './measures.js';
import type { Rule } from './rules.js';
import type { Found, Summary } from './summary.js';

/**
 * Checks a rule against a summary: passed or not, by how much, and at which positions. rows: the
 * most positions to list.
 */
export function checkRule(rule: Rule, summary: Summary, rows: number): RuleRecord {
  const measured = measure(rule.measure, summary);
  const outcome: Outcome = rule.in
    ? checkLabels(rule.in, summary)
    : measured.perClass
      ? checkClasses(rule, measured.perClass)
      : { ...measured, passed: keeps(rule, measured.value) };
  const { value, passed, labels, found } = outcome;
  return {
    type: 'rule',
    ...rule,
    passed,
    ...(value === undefined ? {} : { value }),
    sentence: sentenceOf(rule, outcome),
    ...(passed || !labels ? {} : { labels }),
    ...(passed || !found ? {} : { count: found.count, rows: found.rows.slice(0, rows) }),
  };
}

interface Outcome extends MeasuredValue {
  readonly passed: boolean;
  readonly labels?: readonly number[] | undefined;
}

/** Every class must keep the rule; the value is the worst one's. */
function checkClasses(rule: Rule, classes: NonNullable<MeasuredValue['perClass']>): Outcome {
  const failing = classes.filter(({ value }) => !keeps(rule, value));
  const excess = (value: number | undefined) =>
    value === undefined
      ? Infinity
      : Math.max(
          (rule.min ?? -Infinity) - value,
          value - (rule.max ?? Infinity),
          typeof rule.is === 'number' ? Math.abs(value - rule.is) : -Infinity,
        );
  const worst = classes.reduce<(typeof classes)[number] | undefined>(
    (a, b) => (a && excess(a.value) >= excess(b.value) ? a : b),
    undefined,
  );
  return {
    passed: classes.length > 0 && failing.length === 0,
    value: worst?.value,
    labels: failing.map(({ label }) => label),
  };
}

function checkLabels(wanted: readonly number[], summary: Summary): Outcome {
  const { classes, withLabels } = summary;
  const set = new Set(wanted);
  const foreign = (label: number) => !set.has(label);
  const found: Found = withLabels(foreign);
  const value = classes.filter(({ count }) => count > 0).map(({ label }) => label);
  const labelled = summary.facts.shape.labelled;
  return {
    passed: labelled && found.count === 0,
    value: labelled ? value : undefined,
    labels: value.filter(foreign),
    found,
  };
}

function keeps({ min, max, is }: Rule, value: MeasuredValue['value']): boolean {
  if (value === undefined) return false;
  if (is !== undefined && JSON.stringify(is) !== JSON.stringify(value)) return false;
  if (typeof value !== 'number') return true;
  return value >= (min ?? -Infinity) && value <= (max ?? Infinity);
}

/** The rule and what was found: `images is 40; at least 50 was expected`. */
function sentenceOf(rule: Rule, { value, labels = [] }: Outcome): string {
  const { measure: name } = rule;
  const many = labels.length > 1 ? 'labels' : 'label';
  if (rule.in && labels.length > 0)
    return `${many} ${labels.join(', ')} ${labels.length > 1 ? 'are' : 'is'} there; ${boundWords(rule)}`;
  if (value === undefined) return `${name} is not known; ${boundWords(rule)}`;
  const where = labels.length > 0 ? ` at worst (${many} ${labels.join(', ')})` : '';
  return `${name} ${rule.in ? 'are' : 'is'} ${valueWords(value, name)}${where}; ${boundWords(rule)}`;
}

/** `at least 5 was expected`. */
function boundWords({ measure: name, min, max, is, in: among }: Rule): string {
  const parts = [
    ...(min !== undefined && min === max ? [short(min)] : []),
    ...(min !== undefined && max !== undefined && min !== max
      ? [`from ${short(min)} to ${short(max)}`]
      : []),
    ...(min !== undefined && max === undefined ? [`at least ${short(min)}`] : []),
    ...(max !== undefined && min === undefined ? [`at most ${short(max)}`] : []),
    ...(is !== undefined ? [valueWords(is, name)] : []),
    ...(among ? [`nothing but ${among.join(', ')}`] : []),
  ];
  return `${parts.join(' and ')} was expected`;
}

/** 72.9404, `u8`, `28 × 28`, `0, 1, 2`. */
function valueWords(value: NonNullable<MeasuredValue['value']>, name: string): string {
  if (typeof value === 'number') return short(value);
  if (typeof value === 'string') return value;
  return value.join(name === 'shape' ? ' × ' : ', ');
}

const short = (value: number) => String(Number(value.toPrecision(6)));
