/** A report on a folder as one self-contained HTML page. */

import { htmlPage, type PageSection } from '../picture/page.js';
import { printable } from '../picture/printable.js';
import { escapeXml } from '../picture/svg.js';
import type { FolderReport, ReportPart } from './part.js';

/** The page; `maker` is the program and version at its foot. */
export function folderHtml(report: FolderReport, maker: string): string {
  const { name, synthetic, parts, claims } = report;
  const wrong = claims.filter(({ passed }) => !passed);
  const sections: PageSection[] = [
    { body: contents(parts) },
    ...(wrong.length > 0
      ? [
          {
            title: 'These files do not belong together',
            body: `<p>It is not so that ${wrong.map(({ claim }) => escapeXml(claim)).join(', or that ')}. What rests on them is about different runs.</p>`,
          },
        ]
      : []),
    ...parts.map((part) => ({ title: part.title, id: idOf(part), body: bodyOf(part) })),
  ];
  return htmlPage({
    title: `${printable(name)}: from data to model`,
    subtitle: `${parts.filter(({ answer }) => answer !== undefined).length} of ${parts.length} parts are there${synthetic ? '; synthetic images' : ''}`,
    sections,
    footer: [maker, ...(synthetic ? ['synthetic images'] : [])].join(', '),
  });
}

const idOf = ({ title }: ReportPart) => title.toLowerCase().replace(/[^a-z]+/g, '-');

/** Table of contents: the answer of each part, with a link to it. */
function contents(parts: readonly ReportPart[]): string {
  const rows = parts.map((part) => {
    const { title, answer, absent = '' } = part;
    const said =
      answer === undefined
        ? `<span class="subtitle">absent: ${escapeXml(absent)}</span>`
        : escapeXml(answer);
    return `<tr><td><a href="#${idOf(part)}">${escapeXml(title)}</a></td><td>${said}</td></tr>`;
  });
  return `<table style="margin-top:1.25rem"><tbody>\n${rows.join('\n')}\n</tbody></table>`;
}

function bodyOf({ answer, absent = '', files, sections }: ReportPart): string {
  if (answer === undefined) return `<p class="subtitle">Absent: ${escapeXml(absent)}.</p>`;
  const from = `<p class="subtitle">From ${files.length > 6 ? `${files.length} files` : files.map((file) => `<code>${escapeXml(file)}</code>`).join(', ')}.</p>`;
  return [
    `<p>${escapeXml(answer.charAt(0).toUpperCase() + answer.slice(1))}.</p>${from}`,
    ...(sections?.() ?? []).map(
      ({ title, body }) => `${title ? `<h3>${escapeXml(title)}</h3>\n` : ''}${body}`,
    ),
  ].join('\n');
}
