/** Service level objectives: bounds that a run keeps or misses. */

import { nearest } from '../core/nearest.js';
import { parseNumber } from '../core/numbers.js';
import type { LoadRecord } from '../ndjson/load-records.js';

export interface LoadObjective {
  /** As it was written. */
  readonly text: string;
  readonly figure: string;
  readonly less: boolean;
  /** Milliseconds, a share, or a count a second. */
  readonly bound: number;
}

export interface ObjectiveResult {
  readonly objective: LoadObjective;
  /** Absent where nothing was answered, or no label known; the objective is then missed. */
  readonly value: number | undefined;
  readonly passed: boolean;
}

/** Metric of a run that an objective can bound, and its unit. */
interface Figure {
  readonly unit: 'time' | 'share' | 'count';
  readonly of: (record: LoadRecord) => number | undefined;
}

const figures: Readonly<Record<string, Figure>> = {
  mean: { unit: 'time', of: ({ latency }) => latency?.mean },
  p50: { unit: 'time', of: ({ latency }) => latency?.p50 },
  p75: { unit: 'time', of: ({ latency }) => latency?.p75 },
  p90: { unit: 'time', of: ({ latency }) => latency?.p90 },
  p95: { unit: 'time', of: ({ latency }) => latency?.p95 },
  p99: { unit: 'time', of: ({ latency }) => latency?.p99 },
  'p99.9': { unit: 'time', of: ({ latency }) => latency?.p999 },
  max: { unit: 'time', of: ({ latency }) => latency?.max },
  errors: { unit: 'share', of: ({ requests, failed }) => requests && failed / requests },
  accuracy: { unit: 'share', of: ({ accuracy }) => accuracy },
  requests: { unit: 'count', of: ({ requestsPerSecond }) => requestsPerSecond },
  images: { unit: 'count', of: ({ imagesPerSecond }) => imagesPerSecond },
};

const scales = { ms: 1, s: 1000, us: 0.001, µs: 0.001, '%': 0.01 } as const;
const unitsOf = { time: ['ms', 's', 'us', 'µs'], share: ['%', ''], count: [''] } as const;
const unitWords = {
  time: 'a time such as 20ms',
  share: 'a share such as 0.1% or 0.001',
  count: 'a number a second',
} as const;

/** Reads `p99<20ms,errors<0.1%`. A RangeError says what was expected. */
export function parseObjectives(text: string): LoadObjective[] {
  return text.split(',').map((part) => {
    const written = part.trim();
    const [, name = '', sign, number = '', unit = ''] =
      /^([a-z0-9.]+)\s*([<>])=?\s*([^\s%a-zµ]+)\s*(%|[a-zµ]*)$/i.exec(written) ?? [];
    if (sign === undefined)
      throw new RangeError(`'${written}' is not FIGURE<BOUND or FIGURE>BOUND`);
    const figure = Object.hasOwn(figures, name) ? figures[name] : undefined;
    if (!figure) throw new RangeError(`'${name}' is no figure; ${suggestion(name)}`);
    const units: readonly string[] = unitsOf[figure.unit];
    if (!units.includes(unit))
      throw new RangeError(`'${written}': ${unitWords[figure.unit]} was expected`);
    const scale = unit === '' ? 1 : scales[unit as keyof typeof scales];
    const bound = parseNumber(number, { min: 0 }) * scale;
    return { text: written, figure: name, less: sign === '<', bound };
  });
}

function suggestion(name: string): string {
  const known = Object.keys(figures);
  const near = nearest(name, known);
  return near ? `did you mean ${near}?` : `there are ${known.join(', ')}`;
}

/** Holds a run against an objective; on the bound it is kept. */
export function checkObjective(objective: LoadObjective, record: LoadRecord): ObjectiveResult {
  const value = figures[objective.figure]?.of(record);
  if (value === undefined || !Number.isFinite(value))
    return { objective, value: undefined, passed: false };
  const passed = objective.less ? value <= objective.bound : value >= objective.bound;
  return { objective, value, passed };
}
