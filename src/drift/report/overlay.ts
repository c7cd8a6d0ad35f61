/** Two distributions laid over each other, as SVG: the reference as an area, the window as a line. */

import { ticks } from '../../picture/numbers.js';
import {
  element,
  headingHeight,
  line,
  margin,
  round,
  svgDocument,
  text,
} from '../../picture/svg.js';
import type { JudgedTest } from '../comparison.js';
import type { SharedHistogram } from '../shared-histogram.js';
import { pValueText, shortNumber, testName } from './report.js';

const plot = { width: 370, height: 105 };
const left = margin + 10;

/** A whole SVG file. */
export function overlay(
  test: JudgedTest,
  { low, high, reference, current }: SharedHistogram,
): string {
  const name = testName(test);
  const most = Math.max(...reference, ...current) || 1;
  const subtitle = `${test.drift ? 'drift' : 'no drift'}, corrected p ${pValueText(test.adjusted)}`;
  const top = headingHeight(subtitle) + 22;
  const bottom = top + plot.height;
  const bins = reference.length;
  const x = (bin: number) => left + (bin / bins) * plot.width;
  const y = (share: number) => bottom - (share / most) * plot.height;
  const outline = (shares: readonly number[]) =>
    shares
      .map((share, i) => `L${round(x(i))} ${round(y(share))}L${round(x(i + 1))} ${round(y(share))}`)
      .join('');
  const along = ticks(low, high, 5);
  const at = (value: number) => left + ((value - low) / (high - low)) * plot.width;
  return svgDocument({
    title: name,
    subtitle,
    description: `The distribution of ${name}: its median was ${shortNumber(test.referenceMedian ?? 0)} in the reference and is ${shortNumber(test.median ?? 0)} now.`,
    width: left + plot.width + margin,
    height: bottom + 32,
    body: [
      text(left, top - 6, 'reference', { class: 'small blue' }),
      text(left + 74, top - 6, 'now', { class: 'small strong orange' }),
      element('path', {
        d: `M${left} ${bottom}${outline(reference)}L${left + plot.width} ${bottom}Z`,
        class: 'blue',
        'fill-opacity': 0.35,
      }),
      element('path', {
        d: `M${left} ${bottom}${outline(current)}L${left + plot.width} ${bottom}`,
        class: 'line s-orange',
      }),
      line(left, bottom, left + plot.width, bottom, { class: 'axis' }),
      ...along.values.map((v) =>
        text(at(v), bottom + 16, along.format(v), { class: 'tiny mid muted' }),
      ),
    ].join('\n'),
  });
}
