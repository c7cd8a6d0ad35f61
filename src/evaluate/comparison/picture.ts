/** Chart of a comparison as SVG: differences for all images and each class, with their intervals. */

import { type IntervalRow, intervalChart } from '../../picture/interval-chart.js';
import { grouped } from '../../picture/numbers.js';
import { printable } from '../../picture/printable.js';
import type { ComparedGroup } from './comparer.js';
import {
  type ComparisonReport,
  imagesName,
  points,
  shortPercent,
  verdictSentence,
} from './report.js';

/** Draws the chart as an SVG document. */
export function comparisonSvg(report: ComparisonReport): string {
  const { comparison, verdict, demand } = report;
  const { names } = report.new.classes;
  const failed = new Set(verdict.classes.map(({ name }) => name));
  const row = (label: string, group: ComparedGroup, rest: Partial<IntervalRow>): IntervalRow => ({
    label,
    low: group.interval.low * 100,
    value: group.difference * 100,
    high: group.interval.high * 100,
    note: points(group.difference),
    ...rest,
  });
  return intervalChart({
    title: `New model against old: ${imagesName(report)}`,
    subtitle: `${grouped(comparison.whole.images)} images, ${shortPercent(demand.confidence)} intervals`,
    description: `${verdictSentence(report)}. One row for all images, then one a class: recall of the new model less that of the old.`,
    xLabel: 'points by which the new model is better',
    rows: [
      row('all images', comparison.whole, { strong: true, wrong: !verdict.whole }),
      ...comparison.perClass.flatMap((group, i) => {
        if (!group) return [];
        const name = names[i]!;
        return [row(printable(name), group, { wrong: failed.has(name) })];
      }),
    ],
    mark: { value: -demand.classMargin * 100, label: 'allowed of a class' },
  });
}
