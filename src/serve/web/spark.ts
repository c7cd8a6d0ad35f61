/** A small line chart without axes; what it shows stands in words beside it. */

export interface SparkSeries {
  readonly values: readonly (number | undefined)[];
  readonly second?: boolean;
}

const [width, height] = [200, 56];

/** `places` is how many values the width is for: the newest is at the right edge. `d` of a path, with gaps where there is no value. */
export function sparkPath(
  values: readonly (number | undefined)[],
  most: number,
  places: number,
): string {
  let path = '';
  let drawing = false;
  for (const [i, value] of values.entries()) {
    if (value === undefined) {
      drawing = false;
      continue;
    }
    const x = width - ((values.length - 1 - i) * width) / Math.max(1, places - 1);
    const y = height - 2 - (most > 0 ? value / most : 0) * (height - 6);
    path += `${drawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    // A value alone is a dot.
    if (!drawing && values[i + 1] === undefined) path += 'h.1';
    drawing = true;
  }
  return path;
}

/** Draws the series into an SVG element, which is made once and stays. */
export function drawSpark(
  svg: SVGSVGElement,
  series: readonly SparkSeries[],
  places: number,
): void {
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const most = Math.max(0, ...series.flatMap(({ values }) => values.map((v) => v ?? 0)));
  const base = shape('line', { x1: '0', x2: String(width), y1: '55', y2: '55' });
  const paths = series.map(({ values, second }) =>
    shape('path', { d: sparkPath(values, most, places), ...(second ? { class: 'second' } : {}) }),
  );
  svg.replaceChildren(base, ...paths);
}

export function shape<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
