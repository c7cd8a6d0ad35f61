/** Rules held against a summary. */

import type { RuleRecord } from '../../ndjson/statistics-records.js';
import { type Measured, measure } from './measures.js';
import type { Rule } from './rules.js';
import type { Found, Summary } from './summary.js';

/** Whether the set keeps the rule, and if not, by how much and where. rows: how many positions at most. */
export function checkRule(rule: Rule, summary: Summary, rows: number): RuleRecord {
  const measured = measure(rule.measure, summary);
  const { value, passed, labels, found } = rule.in
    ? checkLabels(rule.in, summary)
    : measured.perClass
      ? checkClasses(rule, measured.perClass)
      : { ...measured, labels: undefined, passed: keeps(rule, measured.value) };
  return {
    type: 'rule',
    ...rule,
    passed,
    ...(value === undefined ? {} : { value }),
    sentence: `${rule.measure} ${foundWords(value, labels)}; ${boundWords(rule)} was asked for`,
    ...(passed || !labels ? {} : { labels }),
    ...(passed || !found ? {} : { count: found.count, rows: found.rows.slice(0, rows) }),
  };
}

interface Outcome extends Measured {
  readonly passed: boolean;
  readonly labels?: readonly number[] | undefined;
}

/** Every class must keep the rule; the value is the worst one's. */
function checkClasses(rule: Rule, classes: NonNullable<Measured['perClass']>): Outcome {
  const failing = classes.filter(({ value }) => !keeps(rule, value));
  const excess = (value = Infinity) =>
    Math.max(
      (rule.min ?? -Infinity) - value,
      value - (rule.max ?? Infinity),
      typeof rule.is === 'number' ? Math.abs(value - rule.is) : -Infinity,
    );
  const worst = [...classes].sort((a, b) => excess(b.value) - excess(a.value))[0];
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

function keeps({ min, max, is }: Rule, value: Measured['value']): boolean {
  if (value === undefined) return false;
  if (is !== undefined && JSON.stringify(is) !== JSON.stringify(value)) return false;
  if (typeof value !== 'number') return true;
  return value >= (min ?? -Infinity) && value <= (max ?? Infinity);
}

function foundWords(value: Measured['value'], labels: readonly number[] | undefined): string {
  if (value === undefined) return 'is not known';
  const words = typeof value === 'number' ? short(value) : JSON.stringify(value);
  const where = labels && labels.length > 0 ? ` (label ${labels.join(', ')})` : '';
  return `is ${words}${where}`;
}

/** `from 5 to 10`, `at least 5`, `at most 10`, `28 × 28`. */
function boundWords({ min, max, is, in: among }: Rule): string {
  const parts = [
    ...(min !== undefined && max !== undefined ? [`from ${short(min)} to ${short(max)}`] : []),
    ...(min !== undefined && max === undefined ? [`at least ${short(min)}`] : []),
    ...(max !== undefined && min === undefined ? [`at most ${short(max)}`] : []),
    ...(is !== undefined ? [typeof is === 'number' ? short(is) : JSON.stringify(is)] : []),
    ...(among ? [`nothing but ${JSON.stringify(among)}`] : []),
  ];
  return parts.join(' and ');
}

const short = (value: number) => String(Number(value.toPrecision(6)));
