/** Charts and pages: numbers on axes, the marks where the values are, well-formed and self-contained files. */

import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EpochRecord } from '../../../src/ndjson/records.js';
import { barChart } from '../../../src/picture/bar-chart.js';
import { histogram } from '../../../src/picture/histogram.js';
import { lineChart } from '../../../src/picture/line-chart.js';
import { grouped, percent, roundRange, ticks } from '../../../src/picture/numbers.js';
import { figure, htmlPage, htmlTable } from '../../../src/picture/page.js';
import { svgToPng } from '../../../src/picture/raster.js';
import { reliability } from '../../../src/picture/reliability.js';
import { escapeXml, round } from '../../../src/picture/svg.js';
import { terminalChart } from '../../../src/picture/terminal-chart.js';
import { bestEpoch, trainingCurve } from '../../../src/picture/training-curve.js';

const test = suite('picture: charts');
const hostile = 'R&D <b>"x"</b> \u0001';

const epoch = (epoch: number, rest: Partial<EpochRecord> = {}): EpochRecord => ({
  type: 'epoch',
  epoch,
  step: epoch * 10,
  learningRate: 0.1,
  loss: 1 / epoch,
  accuracy: 1 - 0.5 / epoch,
  imagesPerSecond: 1,
  seconds: 1,
  ...rest,
});
const run = [1, 2, 3, 4].map((n) =>
  epoch(n, { validationLoss: Math.abs(n - 3) + 0.5, validationAccuracy: 0.6 + n / 20 }),
);

test('numbers as people read them', () => {
  assert.is(grouped(60000), '60,000');
  assert.is(grouped(-1234567.891, 2), '-1,234,567.89');
  assert.is(grouped(999), '999');
  assert.is(grouped(-0.001, 2), '0.00');
  assert.is(percent(0.92645), '92.6 %');
  assert.is(percent(1, 0), '100 %');
  assert.is(percent(0.99999), '99.9 %');
  assert.is(percent(0.9999, 0), '99 %');
});

test('ticks are round, inside the range, and written alike', () => {
  const { values, format } = ticks(0, 1, 5);
  assert.equal(values.map(format), ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
  assert.equal(ticks(0, 60000, 5).values, [0, 10000, 20000, 30000, 40000, 50000, 60000]);
  assert.equal(ticks(0.93, 0.96, 3).values, [0.93, 0.94, 0.95, 0.96]);
  assert.equal(roundRange(0.13, 0.58, 5).map(round), [0.1, 0.6]);
  const [low, high] = roundRange(3, 3, 5);
  assert.ok(low < 3 && high > 3);
  assert.equal(
    roundRange(0, 0, 5).map((v) => Math.sign(v)),
    [-1, 1],
  );
});

const pictures: Record<string, (words: string) => string> = {
  lineChart: (words) =>
    lineChart({
      ...trainingCurve(run),
      title: words,
      subtitle: words,
      description: words,
      xLabel: words,
    }),
  barChart: (words) =>
    barChart({
      title: words,
      description: words,
      labels: [words, 'b'],
      series: [
        { name: words, values: [1, 2] },
        { name: 'other', values: [0, 5] },
      ],
      mark: { value: 3, label: words },
    }),
  histogram: (words) =>
    histogram({
      title: words,
      description: words,
      xLabel: words,
      yLabel: words,
      edges: [0, 1, 2],
      counts: [5, 0],
    }),
  reliability: (words) =>
    reliability({
      title: words,
      bins: [{ lower: 0, upper: 1, count: 3, confidence: 0.5, accuracy: 0.25 }],
    }),
};

for (const [name, draw] of Object.entries(pictures)) {
  test(`${name}: well-formed whatever the words, with title and description, and nothing from outside`, async () => {
    const svg = draw(hostile);
    assert.not.match(svg, /<b>/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is what is tested.
    assert.not.match(svg, /[\x00-\x08]/);
    assert.match(svg, `<title>${escapeXml(hostile)}</title>`);
    assert.match(svg, /<desc>[^<]+<\/desc>/);
    assert.not.match(svg, /NaN|Infinity|undefined/);
    assert.not.match(
      svg.replaceAll('http://www.w3.org/2000/svg', ''),
      /https?:|<script|@import|url\(/,
    );
    // librsvg reads strictly: what is not well-formed is an error.
    const { width = 0, height = 0 } = await sharp(Buffer.from(svg)).metadata();
    assert.match(svg, `viewBox="0 0 ${width} ${height}"`);
  });
}

test('bars are as long as their values', () => {
  const svg = barChart({
    title: 't',
    description: 'd',
    labels: ['a', 'b'],
    series: [{ name: 's', values: [100, 25] }],
  });
  const [full = 0, quarter = 0] = [...svg.matchAll(/width="([\d.]+)" height="16"/g)].map((m) =>
    Number(m[1]),
  );
  assert.is(round(quarter / full), 0.25);
});

test('a log histogram shows a single count, and nothing for none', () => {
  const draw = (counts: number[]) =>
    histogram({
      title: 't',
      description: 'd',
      xLabel: 'x',
      yLabel: 'y',
      edges: [0, 1, 2, 3],
      counts,
      logarithmic: true,
    });
  const heights = [...draw([1_000_000, 1, 0]).matchAll(/height="([\d.]+)" class="blue"/g)].map(
    (m) => Number(m[1]),
  );
  assert.is(heights.length, 2);
  assert.ok(heights[1]! > 5 && heights[0]! === 200);
});

test('the best epoch: the last marked one, else that of least validation loss', () => {
  assert.is(bestEpoch(run)?.epoch, 3);
  assert.is(bestEpoch([epoch(1, { best: true }), epoch(2, { best: true }), epoch(3)])?.epoch, 2);
  assert.is(bestEpoch([epoch(1), epoch(2)]), undefined);
});

test('the training curve: its points, its subtitle, its marks', () => {
  const chart = trainingCurve(run, { type: 'run', recipe: 'cnn', synthetic: true });
  assert.is(
    chart.subtitle,
    'cnn, synthetic data, 4 epochs, best: epoch 3, validation accuracy 75.00 %',
  );
  assert.equal(chart.mark, { x: 3, label: 'best' });
  assert.equal(chart.panels[0]?.series[0]?.points[1], { x: 2, y: 0.5 });
  const perfect = trainingCurve([epoch(1, { accuracy: 1 })]);
  assert.is(perfect.panels[1]?.range?.[1], 1);
  assert.is(perfect.panels[1]?.series.length, 1);
});

test('the curve in a terminal: lines end where their values are, in both alphabets', () => {
  for (const level of [0, 2] as const) {
    for (const width of [50, 100]) {
      const lines = terminalChart(trainingCurve(run), { level, width });
      const text = lines.join('\n');
      assert.match(text, /training/);
      assert.match(text, /best/);
      if (level === 0) assert.match(text, /^[\x20-\x7e\n]+$/);
      if (level === 0)
        assert.ok(
          lines.slice(2).every((line) => line.length <= width),
          text,
        );
    }
  }
  const rows = terminalChart(trainingCurve([epoch(1), epoch(2)]), { level: 0, width: 60 });
  // Loss falls from 1 to 0.5: the name stands in the bottom row, beside the last letter.
  const bottom = rows.findIndex((line) => line.startsWith('    +')) - 1;
  assert.match(rows[bottom]!, /o o training$/);
});

test('a point is drawn where it should be', async () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 10 },
  ];
  const svg = lineChart({
    title: 't',
    description: 'd',
    xLabel: 'x',
    panels: [{ title: 'p', series: [{ name: 's', points }], range: [0, 10] }],
    mark: { x: 10, label: 'end' },
  });
  const path = /d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/.exec(svg)?.slice(1).map(Number);
  const [x0, y0, x1, y1] = path as [number, number, number, number];
  assert.equal([x1 - x0, y0 - y1], [330, 230]);
  const { data, info } = await sharp(await svgToPng(svg, { scale: 1 }))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (Math.round(y1) * info.width + Math.round(x1)) * info.channels;
  // The dot at the marked point is of the first hue.
  assert.equal([...data.subarray(at, at + 3)], [0x0f, 0x68, 0xb0]);
});

test('a page: escaped, self-contained, its tables right-aligned where numbers stand', () => {
  const page = htmlPage({
    title: hostile,
    sections: [
      {
        title: 'Table',
        body: htmlTable(['name', 'n'], [[hostile, 3]]) + figure('<svg></svg>', hostile),
      },
    ],
    footer: hostile,
  });
  assert.not.match(page, /<b>/);
  assert.not.match(page, /https?:|<script|<link/);
  assert.match(page, '<td class="number">3</td>');
  assert.match(page, /^<!doctype html>/);
});

test.run();
