/** A self-contained HTML page: no script, no outside file; light and dark; readable on paper. */

import { surface } from './palette.js';
import { escapeXml } from './svg.js';

export interface PageSection {
  readonly title?: string;
  /** What links name it by. */
  readonly id?: string;
  /** Markup, escaped already: SVG pictures, `htmlTable`, paragraphs. */
  readonly body: string;
}

export interface Page {
  readonly title: string;
  readonly subtitle?: string;
  readonly sections: readonly PageSection[];
  /** Plain text at the foot: what made the page. */
  readonly footer?: string;
}

/** The page as text. */
export function htmlPage({ title, subtitle, sections, footer }: Page): string {
  const parts = sections.map(
    (section) =>
      `<section${section.id ? ` id="${escapeXml(section.id)}"` : ''}>\n${section.title ? `<h2>${escapeXml(section.title)}</h2>\n` : ''}${section.body}\n</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeXml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeXml(title)}</h1>${subtitle ? `\n<p class="subtitle">${escapeXml(subtitle)}</p>` : ''}
</header>
<main>
${parts.join('\n')}
</main>${footer ? `\n<footer>${escapeXml(footer)}</footer>` : ''}
</body>
</html>
`;
}

/** A table; numbers on the right. Cells are plain text. */
export function htmlTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const right = header.map(
    (_, c) =>
      rows.length > 0 &&
      rows.every((row) => /^$|^[<–−+-]?[\d.,]*(e[−+-]?\d+)?\s?%?$/.test(String(row[c] ?? ''))),
  );
  const cell = (tag: 'th' | 'td', content: string | number, c: number) =>
    `<${tag}${right[c] ? ' class="number"' : ''}>${escapeXml(String(content))}</${tag}>`;
  const row = (tag: 'th' | 'td', cells: readonly (string | number)[]) =>
    `<tr>${cells.map((content, c) => cell(tag, content, c)).join('')}</tr>`;
  return `<div class="wide"><table>\n<thead>${row('th', header)}</thead>\n<tbody>\n${rows
    .map((cells) => row('td', cells))
    .join('\n')}\n</tbody>\n</table></div>`;
}

/** A picture in a page: a figure that scrolls sideways rather than shrink beyond legibility. */
export function figure(svg: string, caption?: string): string {
  const words = caption ? `<figcaption>${escapeXml(caption)}</figcaption>` : '';
  return `<figure><div class="wide">${svg.trim()}</div>${words}</figure>`;
}

const { paper, ink, muted, grid } = surface;
const fonts =
  "system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,'Noto Sans','DejaVu Sans',sans-serif";
const style = `
:root{--paper:${paper.light};--ink:${ink.light};--muted:${muted.light};--grid:${grid.light}}
@media (prefers-color-scheme:dark){:root{--paper:${paper.dark};--ink:${ink.dark};--muted:${muted.dark};--grid:${grid.dark}}}
body{margin:0 auto;max-width:60rem;padding:2rem 1.25rem 4rem;background:var(--paper);color:var(--ink);font:15px/1.55 ${fonts}}
h1{font-size:1.6rem;line-height:1.2;margin:0}
h2{font-size:1.1rem;margin:2.5rem 0 .75rem;padding-top:1rem;border-top:1px solid var(--grid)}
h3{font-size:1rem;margin:1.75rem 0 .5rem}a{color:inherit}
.subtitle,footer,figcaption{color:var(--muted)}
.subtitle{margin:.35rem 0 0}footer{margin-top:3rem;font-size:.85rem}
figure{margin:1rem 0}.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(27rem,100%),1fr));gap:0 1rem}.wide{overflow-x:auto}
svg{display:block;max-width:none;height:auto}img{image-rendering:pixelated}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .9rem .3rem 0;text-align:left;border-bottom:1px solid var(--grid);vertical-align:top}
th{color:var(--muted);font-weight:600}.number{text-align:right}td.number{white-space:nowrap}
code,pre{font:.9em/1.45 ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace}
@media print{body{max-width:none;padding:0}section{break-inside:avoid}}
`.trim();
