/** Statistics as one self-contained HTML page. */

import { histogram } from '../../picture/histogram.js';
import { grouped } from '../../picture/numbers.js';
import { figure, htmlPage, htmlTable, type PageSection } from '../../picture/page.js';
import { greyPngAddress } from '../../picture/png.js';
import { escapeXml } from '../../picture/svg.js';
import type { Summary } from '../summary.js';
import { classesPicture } from './classes-picture.js';
import { spreadPicture } from './spread-picture.js';
import { className, figureWords, greyScale, qualities, setName, setSize } from './wording.js';

/** The page; `maker` is the program and version at its foot, `findings` how many images of each kind are named. */
export function statisticsHtml(summary: Summary, findings: number, maker: string): string {
  const { pixels, classes, facts } = summary;
  const sections: PageSection[] = [
    ...(classes.length > 0 ? [{ body: figure(classesPicture(summary)) }] : []),
    { title: 'Images that stand out', body: quality(summary, findings) },
    ...(pixels ? [{ title: 'Mean images', body: meanImages(summary) }] : []),
    ...(pixels ? [{ title: 'Pixels', body: pixelFigures(summary) }] : []),
    ...(pixels ? [{ title: 'Single images', body: spread(summary) }] : []),
  ];
  return htmlPage({
    title: `Statistics: ${setName(summary)}`,
    subtitle: setSize(summary),
    sections,
    footer: [maker, ...(facts.synthetic ? ['synthetic images'] : [])].join(', '),
  });
}

function quality(summary: Summary, most: number): string {
  const { blank, nearConstant, unknownLabels, duplicates, labelOf, classes } = summary;
  const name = (row: number) => {
    const of = classes.find(({ label }) => label === labelOf(row));
    return of ? className(of) : '';
  };
  const rows = [
    ...[
      ['blank', blank] as const,
      ['nearly constant', nearConstant] as const,
      ['unknown label', unknownLabels] as const,
    ].flatMap(([what, found]) =>
      (found?.rows.slice(0, most) ?? []).map((row) => [grouped(row), name(row), what]),
    ),
    ...(duplicates?.rows.slice(0, most) ?? []).map(({ index, of }) => [
      grouped(index),
      name(index),
      `the same as image ${grouped(of)}${labelOf(index) === labelOf(of) ? '' : `, which is called ${name(of)}`}`,
    ]),
  ];
  const kinds = qualities(summary);
  if (kinds.every(({ count }) => count === 0))
    return `<p>None: ${escapeXml(kinds.map(({ what }) => `${what} 0`).join(', '))}.</p>`;
  const counts = htmlTable(
    ['', 'images', ''],
    kinds.map(({ what, count, detail }) => [
      what,
      count === undefined ? '–' : grouped(count),
      detail,
    ]),
  );
  return rows.length > 0
    ? `${counts}\n<p>The first of each kind:</p>\n${htmlTable(['image', 'class', 'finding'], rows)}`
    : counts;
}

function meanImages(summary: Summary): string {
  const { pixels, classes, facts } = summary;
  const { rows, columns } = facts.shape;
  const grey = greyScale(summary);
  const card = (image: Float64Array, words: string, scale: (value: number) => number) => {
    const source = greyPngAddress({ rows, columns, pixels: image.map(scale) });
    return `<figure style="margin:0;width:112px"><img alt="${escapeXml(words)}" width="112" src="${source}"><figcaption>${escapeXml(words)}</figcaption></figure>`;
  };
  const deviations = pixels?.deviationImage;
  const most = Math.max(1e-9, ...(deviations ?? []));
  const cards = [
    ...(pixels ? [card(pixels.meanImage, 'all images', grey)] : []),
    ...(deviations ? [card(deviations, 'deviation', (v) => (v / most) * 255)] : []),
    ...classes.flatMap((of) => (of.meanImage ? [card(of.meanImage, className(of), grey)] : [])),
  ];
  return `<div style="display:flex;flex-wrap:wrap;gap:1.25rem">${cards.join('\n')}</div>`;
}

function pixelFigures({ pixels }: Summary): string {
  if (!pixels) return '';
  const { mean, deviation, min, max } = pixels;
  return [
    htmlTable(
      ['mean', 'deviation', 'least', 'greatest'],
      [[mean, deviation, min, max].map(figureWords)],
    ),
    figure(
      histogram({
        title: 'Pixel values',
        description: `Counts of pixel values from ${figureWords(min)} to ${figureWords(max)}, on a logarithmic scale.`,
        xLabel: 'pixel value',
        yLabel: 'pixels',
        ...pixels.histogram,
        logarithmic: true,
      }),
    ),
  ].join('\n');
}

function spread(summary: Summary): string {
  const { pixels } = summary;
  if (!pixels) return '';
  const parts = ['min', 'p01', 'p05', 'p25', 'p50', 'p75', 'p95', 'p99', 'max'] as const;
  const heads = ['least', '1 %', '5 %', '25 %', 'median', '75 %', '95 %', '99 %', 'greatest'];
  return [
    htmlTable(
      ['', ...heads],
      [
        ['mean (brightness)', ...parts.map((part) => figureWords(pixels.brightness[part]))],
        ['deviation (contrast)', ...parts.map((part) => figureWords(pixels.contrast[part]))],
      ],
    ),
    figure(spreadPicture(summary)),
  ].join('\n');
}
