/** The classes of a set as SVG: their mean images, how many images each has, what their pixels are like. */

import { grouped } from '../../picture/numbers.js';
import { greyPngAddress } from '../../picture/png.js';
import {
  element,
  estimateWidth,
  headingHeight,
  margin,
  rect,
  svgDocument,
  text,
} from '../../picture/svg.js';
import type { Summary } from '../summary.js';
import type { PicturePart } from './spread-picture.js';
import { balanceWords, className, figureWords, greyScale, shareWords } from './wording.js';

const width = 760;
const pitch = 40;
const thumb = 34;

/** The classes alone, as a whole SVG file. */
export function classesPicture(summary: Summary): string {
  const top = headingHeight(undefined);
  const { markup, height } = classRows(summary, top, width - margin);
  const classes = summary.classes.map((of) => `${className(of)} ${grouped(of.count)}`);
  return svgDocument({
    title: 'Classes',
    description: `Images by class: ${classes.join(', ')}.`,
    width,
    height: top + height,
    body: markup,
  });
}

/** One row a class: its mean image, its name, a bar of its images, its pixels' mean and deviation. */
export function classRows(summary: Summary, top: number, right: number): PicturePart {
  const { classes, facts } = summary;
  if (classes.length === 0) return { markup: '', height: 0 };
  const { rows, columns } = facts.shape;
  const grey = greyScale(summary);
  const largest = Math.max(1, ...classes.map(({ count }) => count));
  const names = classes.map(className);
  const left =
    margin +
    thumb +
    12 +
    Math.min(180, Math.max(60, ...names.map((n) => estimateWidth(n, 12)))) +
    12;
  const figures = 196;
  const room = right - figures - left;
  const scale = thumb / Math.max(rows, columns);
  const head = top + 14;
  const markup = classes.map(({ count, share, mean, deviation, meanImage, known }, i) => {
    const y = head + 10 + i * pitch;
    const middle = y + thumb / 2 + 4;
    const wide = (count / largest) * room;
    const picture = meanImage
      ? element('image', {
          x: margin,
          y,
          width: columns * scale,
          height: rows * scale,
          href: greyPngAddress({ rows, columns, pixels: meanImage.map(grey) }),
          style: 'image-rendering:pixelated',
        })
      : rect(margin, y, thumb, thumb, { class: 'blank', rx: 3 });
    const words = `${names[i]}: ${grouped(count)} images, ${shareWords(share)}`;
    return [
      picture,
      text(margin + thumb + 12, middle, names[i]!, { class: 'small' }),
      rect(left, y + 8, wide, thumb - 16, { class: known ? 'blue' : 'orange', rx: 2 }, words),
      text(right - figures + 62, middle, grouped(count), { class: 'small end' }),
      text(right - figures + 122, middle, figureWords(mean), { class: 'small end' }),
      text(right, middle, figureWords(deviation), { class: 'small end' }),
    ].join('');
  });
  const heads = [
    text(margin, head, 'mean image', { class: 'tiny muted' }),
    text(right - figures + 62, head, 'images', { class: 'tiny end muted' }),
    text(right - figures + 122, head, 'mean', { class: 'tiny end muted' }),
    text(right, head, 'deviation', { class: 'tiny end muted' }),
  ];
  const bottom = 24 + classes.length * pitch;
  const balance = balanceWords(summary);
  const note = balance ? text(margin, top + bottom + 14, balance, { class: 'tiny muted' }) : '';
  return { markup: [...heads, ...markup, note].join('\n'), height: bottom + (note ? 40 : 20) };
}
