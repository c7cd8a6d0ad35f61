/** The mix of classes on both sides, as a chart. */

import type { ClassList } from '../../idx/classes.js';
import type { DriftTestRecord } from '../../ndjson/drift-records.js';
import { barChart } from '../../picture/bar-chart.js';
import { percent } from '../../picture/numbers.js';
import { figure, type PageSection } from '../../picture/page.js';
import { printable } from '../../picture/printable.js';
import { pValueText, testName } from './report.js';

/** Fields of a class test, fresh or read back from a record. */
type MixTest = Pick<DriftTestRecord, 'name' | 'kind' | 'drift' | 'adjusted' | 'classes'>;

/** Shares of the classes, of what was predicted and of what was true. */
export function mixSections(
  tests: readonly MixTest[],
  classes: ClassList | undefined,
): PageSection[] {
  return tests.flatMap((test) => {
    if (!test.classes) return [];
    const { labels, reference, current } = test.classes;
    const chart = barChart({
      title: `Shares of the ${testName(test)}`,
      subtitle: `${test.drift ? 'drift' : 'no drift'}, corrected p ${pValueText(test.adjusted)}`,
      description: 'The share of each class in the reference and now.',
      labels: labels.map((label) => classNameOf(classes, label)),
      series: [
        { name: 'reference', values: sharesOf(reference), hue: 'blue' },
        { name: 'now', values: sharesOf(current), hue: 'orange' },
      ],
      format: (share) => percent(share),
    });
    return [{ title: `Class mix: ${testName(test)}`, body: figure(chart) }];
  });
}

/** A class's name, or `label 3` where it has none but its number. */
export function classNameOf(classes: ClassList | undefined, label: number): string {
  const name = classes?.names[classes.labels.indexOf(label)];
  return name === undefined || name === String(label) ? `label ${label}` : printable(name);
}

function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, times) => sum + times, 0) || 1;
  return counts.map((times) => times / total);
}
