/** The frame every SVG picture shares: title and description for readers who listen, one style sheet for light and dark. */

import { contrastRatio, hueNames, hues, mix, rgbOf, surface } from './palette.js';
import { textWidth } from './text-width.js';

export interface SvgPicture {
  /** At least: a longer heading widens the picture. */
  readonly width: number;
  readonly height: number;
  /** Set large at the top, and read out. */
  readonly title: string;
  /** Set small under the title. */
  readonly subtitle?: string | undefined;
  /** What the picture shows, in a sentence or two, for readers who cannot see it. */
  readonly description: string;
  /** Elements, drawn below the heading; y counts from the top of the picture. */
  readonly body: string;
}

/** Left margin of headings and bodies. */
export const margin = 20;

/** Height that the heading takes. */
export function headingHeight(subtitle: string | undefined): number {
  return subtitle ? 64 : 46;
}

/** A whole SVG file: no script, no font file, no outside reference; its colours follow `prefers-color-scheme`. */
export function svgDocument(picture: SvgPicture): string {
  const { title, subtitle, description, body } = picture;
  const heading = Math.max(estimateWidth(title, 18), estimateWidth(subtitle ?? '', 12));
  const width = Math.ceil(Math.max(picture.width, heading + 2 * margin));
  const height = Math.ceil(picture.height);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" class="fm" aria-label="${escapeXml(title)}">`,
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(description)}</desc>`,
    `<style>${svgStyle}</style>`,
    rect(0, 0, width, height, { class: 'paper' }),
    text(margin, 32, title, { class: 'title' }),
    subtitle ? text(margin, 52, subtitle, { class: 'small muted' }) : '',
    body,
    '</svg>\n',
  ]
    .filter(Boolean)
    .join('\n');
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; `content` is markup, escaped already. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, v]) => ` ${key}="${typeof v === 'number' ? round(v) : escapeXml(String(v))}"`)
    .join('');
  return content ? `<${name}${list}>${content}</${name}>` : `<${name}${list}/>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeXml(content));
}

export function line(x1: number, y1: number, x2: number, y2: number, a: Attributes = {}): string {
  return element('line', { x1, y1, x2, y2, ...a });
}

/** A rectangle; `tip` is shown when the pointer rests on it. */
export function rect(
  x: number,
  y: number,
  width: number,
  height: number,
  attributes: Attributes = {},
  tip?: string,
): string {
  const content = tip ? `<title>${escapeXml(tip)}</title>` : '';
  return element('rect', { x, y, width, height, ...attributes }, content);
}

/** Text made safe for markup; control characters, which XML forbids, are dropped. */
export function escapeXml(content: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return (
    content
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
      .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
      .replace(/[&<>"]/g, (c) => entities[c]!)
  );
}

/** At most two decimals: enough for a screen, and the same digits on every machine. */
export function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

/** About how wide text is set at `size` pixels: a little more than most sans-serif faces take. */
export function estimateWidth(content: string, size: number): number {
  const narrow = (content.match(/[ijlt.,:;|!'()[\]/ f1I]/g) ?? []).length;
  const broad = (content.match(/[mwMW@%]/g) ?? []).length;
  return (textWidth(content) * 0.62 - narrow * 0.27 + broad * 0.28) * size;
}

/** The class that keeps text legible on a hue laid over the paper at `opacity`, on light and on dark paper. */
export function textOn(hue: keyof typeof hues, opacity: number): string {
  const better = (side: 'light' | 'dark') => {
    const ground = mix(rgbOf(surface.paper[side]), rgbOf(hues[hue][side]), opacity);
    const ink = contrastRatio(rgbOf(surface.ink[side]), ground);
    return ink >= contrastRatio(rgbOf(surface.paper[side]), ground) ? 'i' : 'p';
  };
  return `on-${better('light')}${better('dark')}`;
}

const fonts =
  "system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,'Noto Sans','DejaVu Sans',sans-serif";

/** Font sizes by class, in units. */
export const textSizes: Readonly<Record<string, number>> = {
  title: 17,
  head: 13,
  small: 12,
  caption: 11,
  tiny: 10.5,
};

/** Every class a picture may use. Names are short since each file carries the sheet. */
export const svgStyle = `
.fm{font-family:${fonts};font-size:12px;font-variant-numeric:tabular-nums}
.fm text{fill:${surface.ink.light}}
${Object.entries(textSizes)
  .map(([name, size]) => `.fm .${name}{font-size:${size}px}`)
  .join('')}
.fm .title,.fm .head,.fm .strong{font-weight:600}
.fm .end{text-anchor:end}.fm .mid{text-anchor:middle}
.fm .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.fm .dash{stroke-dasharray:4 4}
${themeRules('light')}
@media (prefers-color-scheme:dark){
${themeRules('dark')}
}`.trim();

function themeRules(side: 'light' | 'dark'): string {
  const { paper, ink, muted, grid } = surface;
  return [
    side === 'dark' ? `.fm text{fill:${ink.dark}}` : '',
    `.fm .paper{fill:${paper[side]}}.fm text.muted{fill:${muted[side]}}`,
    `.fm .grid{stroke:${grid[side]}}.fm .axis{stroke:${muted[side]}}.fm .gap{stroke:${paper[side]}}`,
    `.fm .blank{fill:${grid[side]}}.fm .inked{fill:${ink[side]}}`,
    ...(['ii', 'ip', 'pi', 'pp'] as const).map((pair) => {
      const choice = side === 'light' ? pair[0] : pair[1];
      return `.fm text.on-${pair}{fill:${(choice === 'i' ? ink : paper)[side]}}`;
    }),
    ...hueNames.map((hue) => {
      const colour = hues[hue][side];
      return `.fm .${hue},.fm text.${hue}{fill:${colour}}.fm .s-${hue}{stroke:${colour}}`;
    }),
  ]
    .filter(Boolean)
    .join('\n');
}
