/** The text elements of a picture as strokes of our own alphabet, so that it can be drawn where there are no fonts. */

import { hues, surface } from './palette.js';
import { blankWidth, glyphGap, glyphOf, hasGlyph } from './stroke-font.js';
import { element, round, textSizes } from './svg.js';

/** A picture of this room without a text element left in it, in its light colours. */
export function strokeText(svg: string): string {
  return svg.replace(/<text ([^>]*)>([^<]*)<\/text>/g, (_, attributes: string, content: string) => {
    const at = (name: string) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
    return drawn(Number(at('x')), Number(at('y')), unescaped(content), {
      classes: at('class').split(' '),
      size: Number.parseFloat(at('font-size')),
    });
  });
}

/** True if the stroke font has every character of a picture's text. */
export function hasStrokes(svg: string): boolean {
  const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, content = '']) =>
    unescaped(content),
  );
  return texts.every((content) => [...content].every((c) => c.trim() === '' || hasGlyph(c)));
}

interface Style {
  readonly classes: readonly string[];
  /** NaN where the class says it. */
  readonly size: number;
}

function drawn(x: number, y: number, content: string, { classes, size }: Style): string {
  const named = classes.map((name) => textSizes[name]).find((entry) => entry !== undefined);
  const scale = (Number.isNaN(size) ? (named ?? 12) : size) / 10;
  const bold = classes.some((name) => ['title', 'head', 'strong'].includes(name));
  const weight = bold ? 1.3 : 0.92;
  const gap = glyphGap + (bold ? 0.3 : 0);
  let pen = 0;
  const strokes: string[] = [];
  for (const character of content) {
    const { width, path } =
      character.trim() === '' ? { width: blankWidth, path: '' } : glyphOf(character);
    if (path) strokes.push(element('path', { transform: `translate(${round(pen)})`, d: path }));
    pen += width + gap;
  }
  const length = Math.max(0, pen - gap) * scale;
  const left = x + anchorShift(classes, length, scale * weight);
  return element(
    'g',
    {
      transform: `translate(${round(left)} ${round(y)}) scale(${round(scale)})`,
      fill: 'none',
      stroke: colourOf(classes),
      'stroke-width': weight,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    },
    strokes.join('') || ' ',
  );
}

/** From where the text is anchored to its first pen position; the ink's edges stand a little in, as a font's do. */
function anchorShift(classes: readonly string[], length: number, weight: number): number {
  if (classes.includes('mid')) return -length / 2;
  return classes.includes('end') ? -length - weight / 2 : weight;
}

function colourOf(classes: readonly string[]): string {
  if (classes.includes('muted')) return surface.muted.light;
  const pair = classes.find((name) => name.startsWith('on-'));
  if (pair) return (pair[3] === 'i' ? surface.ink : surface.paper).light;
  const hue = Object.entries(hues).find(([name]) => classes.includes(name));
  return (hue?.[1] ?? surface.ink).light;
}

function unescaped(content: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return content.replace(/&(amp|lt|gt|quot);/g, (_, name: string) => entities[name]!);
}
