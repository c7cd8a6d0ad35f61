/** Statistics as one SVG picture: the classes with their mean images, the pixels, the spread of single images. */

import { logarithmicShares } from '../../picture/columns.js';
import { grouped, ticks } from '../../picture/numbers.js';
import { greyPngAddress } from '../../picture/png.js';
import {
  element,
  headingHeight,
  line,
  margin,
  rect,
  svgDocument,
  text,
} from '../../picture/svg.js';
import type { Summary } from '../summary.js';
import { classRows } from './classes-picture.js';
import { type PicturePart, spreads } from './spread-picture.js';
import { className, figureWords, greyScale, qualities, setName, setSize } from './wording.js';

const width = 760;
const right = width - margin;

/** The picture as a whole SVG file. */
export function statisticsSvg(summary: Summary): string {
  const subtitle = setSize(summary);
  let y = headingHeight(subtitle) + 8;
  const body: string[] = [];
  for (const part of [classRows, pixelHistogram, spreads, qualityLine]) {
    const { markup, height } = part(summary, y, right);
    body.push(markup);
    y += height;
  }
  return svgDocument({
    title: setName(summary),
    subtitle,
    description: describe(summary),
    width,
    height: y + 12,
    body: body.join('\n'),
  });
}

const nothing: PicturePart = { markup: '', height: 0 };
/** Counts of pixel values, on a logarithmic scale, beside the mean image of all. */
function pixelHistogram(summary: Summary, top: number): PicturePart {
  const { pixels, facts } = summary;
  if (!pixels) return nothing;
  const { rows, columns } = facts.shape;
  const { edges, counts } = pixels.histogram;
  const high = 120;
  const scale = high / Math.max(rows, columns);
  const grey = greyScale(summary);
  const image = (of: Float64Array, x: number, grey: (v: number) => number) =>
    element('image', {
      x,
      y: top + 28,
      width: columns * scale,
      height: rows * scale,
      href: greyPngAddress({ rows, columns, pixels: of.map(grey) }),
      style: 'image-rendering:pixelated',
    });
  const most = pixels.deviationImage ? Math.max(1e-9, ...pixels.deviationImage) : 1;
  const left = margin + (pixels.deviationImage ? 2 : 1) * (high + 16) + 12;
  const [first = 0, last = 1] = [edges[0], edges.at(-1)];
  const x = (value: number) => left + ((value - first) / (last - first || 1)) * (right - left);
  const bottom = top + 28 + high;
  const shares = logarithmicShares(counts);
  const bars = counts.map((count, i) => {
    const [from, to] = [x(edges[i]!), x(edges[i + 1]!)];
    const tall = shares[i]! * high;
    if (count === 0) return '';
    const value = figureWords((edges[i]! + edges[i + 1]!) / 2);
    return rect(
      from,
      bottom - tall,
      to - from,
      tall,
      { class: 'blue' },
      `${value}: ${grouped(count)}`,
    );
  });
  const along = ticks(first, last, 6);
  return {
    markup: [
      text(margin, top + 18, 'mean of all', { class: 'tiny muted' }),
      image(pixels.meanImage, margin, grey),
      ...(pixels.deviationImage
        ? [
            text(margin + high + 16, top + 18, 'deviation', { class: 'tiny muted' }),
            image(pixels.deviationImage, margin + high + 16, (v) => (v / most) * 255),
          ]
        : []),
      text(
        left,
        top + 18,
        `pixel values, log scale; mean ${figureWords(pixels.mean)}, deviation ${figureWords(pixels.deviation)}`,
        { class: 'tiny muted' },
      ),
      ...bars,
      line(left, bottom, right, bottom, { class: 'axis' }),
      ...along.values.map((v) =>
        text(x(v), bottom + 16, along.format(v), { class: 'tiny mid muted' }),
      ),
    ].join('\n'),
    height: high + 64,
  };
}

function qualityLine(summary: Summary, top: number): PicturePart {
  const words = qualities(summary).map(({ what, count }) => ({
    what,
    count: count === undefined ? '–' : grouped(count),
    bad: (count ?? 0) > 0,
  }));
  const each = (right - margin) / words.length;
  const markup = words.map(({ what, count, bad }, i) =>
    [
      text(margin + i * each, top + 26, count, { class: bad ? 'title orange' : 'title' }),
      text(margin + i * each, top + 44, what, { class: 'small muted' }),
    ].join(''),
  );
  return { markup: markup.join('\n'), height: 60 };
}

function describe(summary: Summary): string {
  const { pixels } = summary;
  const figures = pixels
    ? ` Pixels have mean ${figureWords(pixels.mean)} and deviation ${figureWords(pixels.deviation)}.`
    : '';
  const classes = summary.classes.map((of) => `${className(of)} ${grouped(of.count)}`).join(', ');
  const found = qualities(summary)
    .map(({ what, count }) => `${what} ${count === undefined ? 'not known' : grouped(count)}`)
    .join(', ');
  return `${setSize(summary)}.${classes ? ` Images by class: ${classes}.` : ''}${figures} Images that stand out: ${found}.`;
}
