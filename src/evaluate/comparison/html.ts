/** HTML page of a comparison, self-contained. */

import { grouped, percent } from '../../picture/numbers.js';
import { figure, htmlPage, htmlTable, type PageSection } from '../../picture/page.js';
import { greyPngAddress } from '../../picture/png.js';
import { printable } from '../../picture/printable.js';
import { escapeXml } from '../../picture/svg.js';
import { comparisonSvg } from './picture.js';
import {
  type ComparisonReport,
  imagesName,
  metricRows,
  points,
  pValuePhrase,
  refusals,
  sideName,
  verdictSentence,
} from './report.js';

/** Renders the page; `maker`: program and version, for its footer. */
export function comparisonHtml(report: ComparisonReport, maker: string): string {
  const { comparison, verdict } = report;
  const { bothRight, onlyOld, onlyNew, bothWrong } = comparison.whole;
  const reasons = refusals(report).map((reason) => `<li>${escapeXml(reason)}</li>`);
  const sections: PageSection[] = [
    {
      title: verdict.passed ? 'The new model passes' : 'The new model does not pass',
      body: [
        `<p>${escapeXml(capital(verdictSentence(report)))}.</p>`,
        reasons.length > 0 ? `<ul>${reasons.join('')}</ul>` : '',
        htmlTable(['figure', 'old', 'new', 'difference'], metricRows(report)),
      ].join('\n'),
    },
    { title: 'Differences', body: figure(comparisonSvg(report)) },
    {
      title: 'Who is right on what',
      body: `${htmlTable(
        ['images', 'new right', 'new wrong'],
        [
          ['old right', grouped(bothRight), grouped(onlyOld)],
          ['old wrong', grouped(onlyNew), grouped(bothWrong)],
        ],
      )}\n<p class="subtitle">Both say the same of ${percent(comparison.agreement)} of the images.</p>`,
    },
    { title: 'Classes', body: classes(report) },
    ...(comparison.regressions.length > 0
      ? [{ title: 'No longer right on', body: regressions(report) }]
      : []),
  ];
  const synthetic = report.old.synthetic || report.new.synthetic;
  return htmlPage({
    title: `New model against old: ${printable(imagesName(report))}`,
    subtitle: `${grouped(comparison.whole.images)} images; old: ${sideName(report, 'old')}; new: ${sideName(report, 'new')}`,
    sections,
    footer: [maker, ...(synthetic ? ['synthetic images'] : [])].join(', '),
  });
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function classes({
  comparison,
  new: {
    classes: { names },
  },
}: ComparisonReport): string {
  return htmlTable(
    ['class', 'images', 'old', 'new', 'points', 'interval', 'only old right', 'only new right', ''],
    comparison.perClass.flatMap((group, i) => {
      if (!group) return [];
      const { low, high } = group.interval;
      return [
        [
          printable(names[i]!),
          grouped(group.images),
          percent(group.oldRight),
          percent(group.newRight),
          points(group.difference),
          `${points(low)} to ${points(high)}`,
          grouped(group.onlyOld),
          grouped(group.onlyNew),
          pValuePhrase(group.midP),
        ],
      ];
    }),
  );
}

/** Regressions: pictures where pixels are available, else a table. */
function regressions({
  comparison,
  new: {
    classes: { names },
    shape,
  },
}: ComparisonReport): string {
  const name = (i: number) => printable(names[i]!);
  if (!shape)
    return htmlTable(
      ['image', 'is', 'now taken for', 'probability', 'was'],
      comparison.regressions.map((image) => [
        image.index,
        name(image.truth),
        name(image.prediction),
        percent(image.confidence),
        percent(image.oldConfidence),
      ]),
    );
  const cards = comparison.regressions.map(({ pixels = new Uint8Array(), ...image }) => {
    const picture = `<img alt="" width="112" src="${greyPngAddress({ ...shape, pixels })}">`;
    const words = `${name(image.prediction)} ${percent(image.confidence)}`;
    return `<figure style="margin:0">${picture}<figcaption>${escapeXml(words)}<br>is ${escapeXml(name(image.truth))}<br>image ${image.index}</figcaption></figure>`;
  });
  return `<div style="display:flex;flex-wrap:wrap;gap:1.25rem">${cards.join('\n')}</div>`;
}
