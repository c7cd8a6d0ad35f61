/** Parts of the page: images that moved most, and the mix of classes. */

import type { ClassList } from '../../idx/classes.js';
import { barChart } from '../../picture/bar-chart.js';
import { contactSheet, type SheetTile } from '../../picture/contact-sheet.js';
import { percent } from '../../picture/numbers.js';
import { figure, type PageSection } from '../../picture/page.js';
import type { JudgedTest } from '../comparison.js';
import type { KeptImage } from '../image-extremes.js';
import { type DriftReport, pWords, shortNumber, testName, type WindowVerdict } from './report.js';

/** The images that lie furthest out, beside some of the reference. */
export function imageSection(
  { referenceImages = [], classes }: DriftReport,
  { examples = [] }: WindowVerdict,
): PageSection[] {
  if (examples.length === 0) return [];
  const name = (label: number) => nameOf(classes, label);
  const tile = ({ image, label, prediction }: KeptImage, value?: number) => ({
    image,
    captions: [
      ...(value === undefined ? [] : [{ text: shortNumber(value) }]),
      ...(label === undefined ? [] : [{ text: name(label) }]),
      ...(prediction === undefined ? [] : [{ text: `→ ${name(prediction)}` }]),
    ],
  });
  const sheet = (title: string, tiles: readonly SheetTile[]) =>
    figure(
      contactSheet({ title, tiles, zoom: 3, description: `${tiles.length} images: ${title}.` }),
    );
  return [
    {
      title: 'Images that moved most',
      body: [
        ...examples.map(({ feature, end, images }) =>
          sheet(
            `${end === 'least' ? 'Least' : 'Most'} ${feature}`,
            images.map((kept) => tile(kept, kept.value)),
          ),
        ),
        ...(referenceImages.length > 0
          ? [
              sheet(
                'The first of the reference',
                referenceImages.map((kept) => tile(kept)),
              ),
            ]
          : []),
      ].join('\n'),
    },
  ];
}

const nameOf = (classes: ClassList | undefined, label: number) =>
  classes?.names[classes.labels.indexOf(label)] ?? `label ${label}`;

/** Shares of the classes on both sides, of what was predicted and of what was true. */
export function classSection(
  { classes }: DriftReport,
  tests: readonly JudgedTest[],
): PageSection[] {
  return tests.flatMap((test) => {
    if (!test.classes) return [];
    const { labels, reference, current } = test.classes;
    const shares = (counts: readonly number[]) => {
      const total = counts.reduce((sum, times) => sum + times, 0) || 1;
      return counts.map((times) => times / total);
    };
    const chart = barChart({
      title: `Shares of the ${testName(test)}`,
      subtitle: `${test.drift ? 'drift' : 'no drift'}, corrected p ${pWords(test.adjusted)}`,
      description: `The share of each class in the reference and now.`,
      labels: labels.map((label) => nameOf(classes, label)),
      series: [
        { name: 'reference', values: shares(reference), hue: 'blue' },
        { name: 'now', values: shares(current), hue: 'orange' },
      ],
      format: (share) => percent(share),
    });
    return [{ title: `Class mix: ${testName(test)}`, body: figure(chart) }];
  });
}
