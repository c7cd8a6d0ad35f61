/** Reading Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Name → samples, in order. Lines that are no samples are passed over. */
export function readExposition(text: string): Map<string, MetricSample[]> {
  const families = new Map<string, MetricSample[]>();
  for (const line of text.split('\n')) {
    const [, name, labels = '', figure] =
      /^([A-Za-z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(\S+)(?:\s+-?\d+)?$/.exec(
        line,
      ) ?? [];
    if (name === undefined || figure === undefined) continue;
    const samples = families.get(name) ?? [];
    samples.push({ labels: labelsOf(labels), value: numberOf(figure) });
    families.set(name, samples);
  }
  return families;
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
    labels[name] = value.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
  return labels;
}

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
