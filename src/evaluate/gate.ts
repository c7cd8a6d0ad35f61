/** Gates: bounds on metrics of an evaluation that a model must keep to pass. */

import { nearest } from '../core/nearest.js';
import { present } from '../core/present.js';
import type { ClassList } from '../idx/classes.js';
import type { Evaluation } from '../metrics/evaluator.js';
import { type MetricName, metricNames } from '../metrics/metric-values.js';

const classMetricNames = ['precision', 'recall', 'f1', 'averagePrecision', 'rocAuc'] as const;
type ClassMetricName = (typeof classMetricNames)[number];

/** A bound on one metric. */
export interface Gate {
  readonly metric: MetricName | ClassMetricName;
  /** Name or label value of a class; absent for metrics of all images, and where every class must pass. */
  readonly class?: string;
  readonly side: 'below' | 'above';
  /** The gate fails where the metric is on this side of the bound; on the bound it passes. */
  readonly bound: number;
}

/** Outcome of a gate. */
export interface GateResult {
  readonly gate: Gate;
  /** Name of the class, where the gate is set on one; of the worst one where it is set on all. */
  readonly className?: string;
  /** Value of the metric; absent where the data leave it undefined, and the gate then fails. */
  readonly value?: number;
  readonly passed: boolean;
}

/**
 * Parses `accuracy=0.915`, `recall=0.7` (every class) or `recall.Shirt=0.7` (one, by name or label value).
 * Throws a RangeError that says what was expected; `parseBound` reads the number and may throw one too.
 */
export function parseGate(
  text: string,
  side: Gate['side'],
  parseBound: (text: string) => number,
): Gate {
  const equals = text.lastIndexOf('=');
  if (equals < 1) throw new RangeError(`'${text}' is not FIGURE=BOUND`);
  const bound = parseBound(text.slice(equals + 1));
  const [figure = '', ...rest] = text.slice(0, equals).split('.');
  const ofClass = rest.length > 0 ? rest.join('.') : undefined;
  const known: readonly string[] =
    ofClass === undefined ? [...metricNames, ...classMetricNames] : classMetricNames;
  if (!known.includes(figure))
    throw new RangeError(
      `'${figure}' is no figure${ofClass === undefined ? '' : ' of a class'}; ${suggestion(figure, known)}`,
    );
  const name = figure as Gate['metric'];
  return ofClass === undefined
    ? { metric: name, side, bound }
    : { metric: name, class: ofClass, side, bound };
}

function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near ? `did you mean ${near}?` : `there are ${known.join(', ')}`;
}

/** Checks an evaluation against a gate. Throws a RangeError for a class that does not exist. */
export function checkGate(gate: Gate, evaluation: Evaluation, classes: ClassList): GateResult {
  const { metric } = gate;
  if (!isClassMetric(metric)) return result(gate, evaluation.metrics[metric]);
  if (gate.class !== undefined) {
    const at = findClass(gate.class, classes);
    return result(gate, evaluation.perClass[at]?.[metric], classes.names[at]);
  }
  const results = evaluation.perClass.map((scores, i) =>
    result(gate, scores[metric], classes.names[i]),
  );
  return worst(results, gate.side);
}

const isClassMetric = (name: string): name is ClassMetricName =>
  (classMetricNames as readonly string[]).includes(name);

function findClass(text: string, { names, labels }: ClassList): number {
  const byName = names.indexOf(text);
  const at = byName >= 0 ? byName : labels.findIndex((label) => String(label) === text);
  if (at < 0) throw new RangeError(`there is no class '${text}'; there are ${names.join(', ')}`);
  return at;
}

function result(gate: Gate, value: number | undefined, className?: string): GateResult {
  const passed =
    value !== undefined && (gate.side === 'below' ? value >= gate.bound : value <= gate.bound);
  return present({ gate, className, value, passed });
}

/** Selects the worst result: an undefined one, else the one furthest on the failing side. */
function worst(results: readonly GateResult[], side: Gate['side']): GateResult {
  const badness = ({ value }: GateResult) =>
    value === undefined ? Infinity : side === 'below' ? -value : value;
  return results.reduce((a, b) => (badness(b) > badness(a) ? b : a));
}
