/** Verdicts as one self-contained page: the answer, every test, the distributions laid over each other, and the windows in time. */

import { lineChart } from '../../picture/line-chart.js';
import { grouped, percent } from '../../picture/numbers.js';
import { figure, htmlPage, htmlTable, type PageSection } from '../../picture/page.js';
import { escapeXml } from '../../picture/svg.js';
import type { JudgedTest } from '../comparison.js';
import { mixSections } from './class-mix.js';
import { imageSection } from './image-section.js';
import { overlay } from './overlay.js';
import { custom } from './records.js';
import {
  bySignificance,
  type DriftReport,
  driftedTests,
  middles,
  pValueText,
  shortNumber,
  testName,
  verdictWords,
  type WindowVerdict,
} from './report.js';
import { correctionWords } from './text.js';

/** The page; `maker` is the program and version at its foot. Of several windows, the last that drifted is shown in full. */
export function driftHtml(report: DriftReport, maker: string): string {
  const { verdicts, options } = report;
  const shown =
    verdicts.findLast(({ comparison }) => comparison?.drift) ??
    verdicts.findLast(({ comparison }) => comparison);
  const inWindows = verdicts.some(({ position }) => position);
  const answer = inWindows
    ? `${grouped(report.drifting)} of ${grouped(report.windows)} windows drift`
    : shown
      ? verdictWords(shown)
      : 'too few rows to test';
  const sections: PageSection[] = [
    { body: `<p>${escapeXml(explanation(report, shown))}</p>` },
    ...(inWindows ? [{ title: 'Windows', body: timeLine(verdicts) + windowTable(verdicts) }] : []),
    ...(shown?.comparison
      ? [
          {
            title: inWindows ? `Tests of window ${shown.position?.number}` : 'Tests',
            body: testTable(shown.comparison.tests),
          },
          ...imageSection(report, shown),
          ...mixSections(shown.comparison.tests, report.classes),
          { title: 'Distributions', body: pictures(shown.comparison.tests) },
        ]
      : []),
    { title: 'How to read this', body: guide },
  ];
  return htmlPage({
    title: `Drift: ${answer}`,
    subtitle: `${report.current} against ${report.reference}`,
    sections,
    footer: `${maker}, α ${options.alpha}, ${correctionWords[options.correction]}`,
  });
}

function explanation({ options }: DriftReport, shown: WindowVerdict | undefined): string {
  if (!shown?.comparison) return 'There were too few rows to test.';
  const { rows, referenceRows, drifted, tests, accuracy, referenceAccuracy, estimated } =
    shown.comparison;
  const names = driftedTests(shown).map(testName);
  const then =
    referenceAccuracy === undefined
      ? ''
      : `; in the reference it was ${percent(referenceAccuracy, 2)}`;
  return [
    `${grouped(rows)} rows were compared with ${grouped(referenceRows)} of the reference by ${tests.length} tests; ${drifted === 0 ? 'none' : drifted} of them found a change that chance would bring about in less than ${percent(options.alpha)} of such comparisons${names.length > 0 ? `: ${names.join(', ')}` : ''}.`,
    ...(accuracy === undefined ? [] : [`Accuracy was ${percent(accuracy, 2)}${then}.`]),
    ...(estimated === undefined
      ? []
      : [
          `From the confidence of the predictions, an accuracy of about ${percent(estimated.value, 1)} is to be expected${accuracy === undefined ? then : ''}.`,
        ]),
  ].join(' ');
}

function testTable(tests: readonly JudgedTest[]): string {
  const optional = (value: number | undefined) => (value === undefined ? '' : shortNumber(value));
  return htmlTable(
    [
      '',
      'verdict',
      'corrected p',
      'median',
      'PSI',
      'bound',
      'by custom',
      'Jensen–Shannon',
      'Wasserstein',
      'test',
    ],
    bySignificance(tests).map((test) => [
      testName(test),
      // No line is broken within: no-break space, non-breaking hyphen.
      test.drift ? 'drift' : 'no\u00a0drift',
      pValueText(test.adjusted),
      middles(test).replaceAll(' ', '\u00a0'),
      test.psi?.toFixed(3) ?? '',
      test.psiThreshold?.toFixed(3) ?? '',
      test.psi === undefined ? '' : custom(test.psi),
      test.jensenShannon?.toFixed(3) ?? '',
      optional(test.wasserstein),
      test.test.replace('-', '\u2011'),
    ]),
  );
}

function pictures(tests: readonly JudgedTest[]): string {
  const figures = bySignificance(tests).flatMap((test) =>
    test.histogram ? [figure(overlay(test, test.histogram))] : [],
  );
  return `<div class="tiles">${figures.join('\n')}</div>`;
}

function timeLine(verdicts: readonly WindowVerdict[]): string {
  const surest = ({ comparison }: WindowVerdict) =>
    Math.min(
      16,
      -Math.log10(
        Math.max(1e-300, Math.min(1, ...(comparison?.tests ?? []).map(({ adjusted }) => adjusted))),
      ),
    );
  const points = verdicts.flatMap((verdict) =>
    verdict.comparison && verdict.position
      ? [{ x: verdict.position.number, y: surest(verdict) + 0 }]
      : [],
  );
  const estimated = verdicts.flatMap(({ comparison, position }) =>
    comparison?.estimated && position
      ? [{ x: position.number, y: comparison.estimated.value * 100 }]
      : [],
  );
  const accuracy = verdicts.flatMap(({ comparison, position }) =>
    comparison?.accuracy !== undefined && position
      ? [{ x: position.number, y: comparison.accuracy * 100 }]
      : [],
  );
  if (points.length === 0) return '';
  const first = verdicts.find(({ position }) => position?.alarm)?.position?.number;
  return figure(
    lineChart({
      title: 'Windows',
      description:
        'How sure the surest test of each window is of a change, and the accuracy where it is known or estimated.',
      xLabel: 'window',
      panels: [
        {
          title: 'surest test, −log₁₀ of corrected p (16 at most)',
          series: [{ name: 'surest', points, hue: 'orange' }],
          range: [0, 16],
        },
        ...(estimated.length + accuracy.length > 0
          ? [
              {
                title: 'accuracy, %',
                series: [
                  ...(accuracy.length > 0
                    ? [{ name: 'true', points: accuracy, hue: 'blue' as const }]
                    : []),
                  ...(estimated.length > 0
                    ? [{ name: 'estimated', points: estimated, hue: 'green' as const }]
                    : []),
                ],
              },
            ]
          : []),
      ],
      ...(first === undefined ? {} : { mark: { x: first, label: 'first alarm' } }),
    }),
  );
}

function windowTable(verdicts: readonly WindowVerdict[]): string {
  return htmlTable(
    ['window', 'rows', 'verdict', 'what drifted'],
    verdicts
      .slice(-200)
      .map((verdict) => [
        verdict.position?.number ?? '',
        grouped(verdict.rows),
        verdict.position?.alarm ? 'alarm' : verdictWords(verdict),
        driftedTests(verdict).map(testName).join(', '),
      ]),
  );
}

const guide = `<p>A <em>corrected p</em> is how often chance alone would show as much in any of the tests; at or below the false-alarm rate a
test says drift. <em>PSI</em> (population stability index), <em>Jensen–Shannon</em> and <em>Wasserstein</em> (in the feature’s own unit) say how
large a change is, not how certain. The <em>bound</em> is what chance reaches at these sample sizes; “by custom” is what an index below 0.1
(stable), below 0.25 (moderate) or above (large) is called whatever the sample sizes. With very many rows, changes too small to matter are
certain; look at the sizes then.</p>`;
