/** A sheet of what is done to one image: a row a kind, a column a severity, in two blocks side by side. */

import type { GreyImage } from './grey-image.js';
import { greyPngAddress } from './png.js';
import {
  element,
  escapeXml,
  estimateWidth,
  headingHeight,
  margin,
  svgDocument,
  text,
} from './svg.js';

export interface SeverityRow {
  readonly name: string;
  /** Of one size, and as many in each row: untouched, then severity 1, 2, … */
  readonly images: readonly GreyImage[];
}

export interface SeveritySheet {
  readonly title: string;
  readonly subtitle?: string;
  readonly rows: readonly SeverityRow[];
}

const gap = 4;
const blockGap = 28;

/** The sheet as a whole SVG file. */
export function severitySheet({ title, subtitle, rows }: SeveritySheet): string {
  const first = rows[0]?.images[0] ?? { rows: 1, columns: 1 };
  const zoom = Math.max(1, Math.round(56 / first.columns));
  const [width, height] = [first.columns * zoom, first.rows * zoom];
  const steps = rows[0]?.images.length ?? 0;
  const label = 10 + Math.ceil(Math.max(...rows.map(({ name }) => estimateWidth(name, 12))));
  const block = label + steps * (width + gap) - gap;
  const deep = Math.ceil(rows.length / 2);
  const top = headingHeight(subtitle) + 24;
  const heads = [0, 1]
    .slice(0, rows.length)
    .flatMap((side) =>
      Array.from({ length: steps }, (_, step) =>
        text(
          margin + side * (block + blockGap) + label + step * (width + gap) + width / 2,
          top - 8,
          String(step),
          { class: 'caption muted mid' },
        ),
      ),
    );
  const body = rows.map(({ name, images }, i) => {
    const x = margin + Math.floor(i / deep) * (block + blockGap);
    const y = top + (i % deep) * (height + gap);
    const tiles = images.map((image, step) =>
      element(
        'image',
        {
          x: x + label + step * (width + gap),
          y,
          width,
          height,
          preserveAspectRatio: 'none',
          style: 'image-rendering:pixelated',
          href: greyPngAddress(image),
        },
        `<title>${escapeXml(`${name} ${step}`)}</title>`,
      ),
    );
    return text(x, y + height / 2 + 4, name, { class: 'small' }) + tiles.join('');
  });
  return svgDocument({
    title,
    subtitle,
    description: `One image in ${rows.length} rows: ${rows.map(({ name }) => name).join(', ')}; from left to right untouched, and severity 1 to ${steps - 1}.`,
    width: 2 * margin + (rows.length > 1 ? 2 * block + blockGap : block),
    height: top + deep * (height + gap) + margin - gap,
    body: [...heads, ...body].join('\n'),
  });
}
