/** Counters, gauges and histograms in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** A family of numbers that only grow, one for each set of label values. */
export class CounterMetric {
  readonly #values = new Map<string, number>();

  constructor(readonly about: Described) {}

  /** values: one for each label, in order. */
  add(values: readonly string[] = [], amount = 1): void {
    const key = labelText(this.about.labels, values);
    this.#values.set(key, (this.#values.get(key) ?? 0) + amount);
  }

  get(values: readonly string[] = []): number {
    return this.#values.get(labelText(this.about.labels, values)) ?? 0;
  }

  text(): string {
    let text = heading(this.about, 'counter');
    for (const [key, value] of this.#values) text += `${this.about.name}${braced(key)} ${value}\n`;
    return text;
  }
}

/** A family of figures that are looked up when they are asked for. */
export class GaugeMetric {
  constructor(
    readonly about: Described,
    readonly read: () => Iterable<readonly [values: readonly string[], figure: number]>,
    readonly type: 'gauge' | 'counter' = 'gauge',
  ) {}

  text(): string {
    let text = heading(this.about, this.type);
    for (const [values, figure] of this.read())
      text += `${this.about.name}${braced(labelText(this.about.labels, values))} ${number(figure)}\n`;
    return text;
  }
}

interface Cells {
  readonly counts: Float64Array;
  sum: number;
}

/** A family of distributions. */
export class HistogramMetric {
  readonly #cells = new Map<string, Cells>();

  /** bounds: upper bounds of the buckets, ascending; +Inf is added. */
  constructor(
    readonly about: Described,
    readonly bounds: readonly number[],
  ) {}

  /** Has the distribution of these labels stand there empty, before anything is observed. */
  expect(values: readonly string[] = []): void {
    this.#of(values);
  }

  observe(value: number, values: readonly string[] = []): void {
    const cells = this.#of(values);
    let bucket = 0;
    while (bucket < this.bounds.length && value > this.bounds[bucket]!) bucket++;
    cells.counts[bucket] = cells.counts[bucket]! + 1;
    cells.sum += value;
  }

  #of(values: readonly string[]): Cells {
    const key = labelText(this.about.labels, values);
    let cells = this.#cells.get(key);
    if (!cells) {
      cells = { counts: new Float64Array(this.bounds.length + 1), sum: 0 };
      this.#cells.set(key, cells);
    }
    return cells;
  }

  text(): string {
    const { name } = this.about;
    let text = heading(this.about, 'histogram');
    for (const [key, { counts, sum }] of this.#cells) {
      let total = 0;
      for (let i = 0; i <= this.bounds.length; i++) {
        total += counts[i]!;
        const le = `le="${i < this.bounds.length ? this.bounds[i] : '+Inf'}"`;
        text += `${name}_bucket{${key ? `${key},` : ''}${le}} ${total}\n`;
      }
      text += `${name}_sum${braced(key)} ${number(sum)}\n${name}_count${braced(key)} ${total}\n`;
    }
    return text;
  }
}

export type ExposedMetric = Pick<CounterMetric, 'text'>;

const heading = ({ name, help }: Described, type: string) =>
  `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n# TYPE ${name} ${type}\n`;

const braced = (key: string) => (key === '' ? '' : `{${key}}`);

function labelText(labels: readonly string[] = [], values: readonly string[]): string {
  let text = '';
  for (let i = 0; i < labels.length; i++)
    text += `${i > 0 ? ',' : ''}${labels[i]}="${escaped(values[i] ?? '')}"`;
  return text;
}

const special = /[\\"\n]/g;
const escaped = (value: string) => value.replace(special, (c) => (c === '\n' ? '\\n' : `\\${c}`));

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
