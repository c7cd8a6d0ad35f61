/** The confusion matrix: its margins, its CSV, its table and its picture. */

import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { plainText } from '../../../src/picture/ansi.js';
import { matrixCsv, matrixFigures } from '../../../src/picture/matrix.js';
import { matrixSvg } from '../../../src/picture/matrix-svg.js';
import { matrixTable } from '../../../src/picture/matrix-table.js';
import { svgToPng } from '../../../src/picture/raster.js';
import { textWidth } from '../../../src/picture/text-width.js';

const test = suite('picture: matrix');
const matrix = { names: ['cat', 'dog, "big"', 'owl'], counts: [8, 2, 0, 1, 9, 0, 0, 0, 0] };

test('recall, precision, support and accuracy', () => {
  const figures = matrixFigures(matrix);
  assert.equal(figures.support, [10, 10, 0]);
  assert.equal(figures.recall, [0.8, 0.9, undefined]);
  assert.equal(figures.precision, [8 / 9, 9 / 11, undefined]);
  assert.is(figures.accuracy, 0.85);
  assert.is(figures.shares[1], 0.2);
  assert.is(figures.shares[8], 0);
});

test('CSV quotes what it must', () => {
  assert.is(
    matrixCsv(matrix),
    'true \\ predicted,cat,"dog, ""big""",owl\ncat,8,2,0\n"dog, ""big""",1,9,0\nowl,0,0,0\n',
  );
});

test('the table: counts in their places, recall beside, precision below', () => {
  const lines = matrixTable(matrix, { level: 0, width: 60 });
  assert.equal(lines, [
    '              cat dog, "    owl   recall',
    'cat             8      2      ·   80.0 %',
    'dog, "big"      1      9      ·   90.0 %',
    'owl             ·      ·      ·        –',
    'prec. %      88.9   81.8      –',
  ]);
  for (const level of [1, 2, 3] as const)
    assert.equal(
      matrixTable(matrix, { level, width: 60 }).map((line) => plainText(line).trimEnd()),
      lines.map((line) => line.trimEnd()),
    );
});

test('the table fits where there is little room, with many classes too', () => {
  for (const k of [10, 26, 62]) {
    const names = Array.from({ length: k }, (_, i) => `class number ${i}`);
    const counts = Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 900 : i % 7));
    const width = k === 62 ? 150 : 80;
    for (const line of matrixTable({ names, counts }, { level: 3, width }))
      assert.ok(textWidth(plainText(line)) <= width, `${k} classes: ${textWidth(plainText(line))}`);
  }
});

test('the picture: right in blue, wrong in orange, as strong as their share', async () => {
  const svg = matrixSvg(matrix);
  assert.match(
    svg,
    /<desc>Counts of true class .* Most often mistaken: cat for dog, &quot;big&quot; \(20\.0 %\)/,
  );
  const cells = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="46"[^>]*class="blank"/g)];
  assert.is(cells.length, 9);
  const { data, info } = await sharp(await svgToPng(svg, { scale: 1 }))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const colour = (i: number) => {
    // Near the cell's upper left corner, where no figure stands.
    const [x, y] = [Number(cells[i]?.[1]) + 6, Number(cells[i]?.[2]) + 6];
    const at = (Math.round(y) * info.width + Math.round(x)) * info.channels;
    return [...data.subarray(at, at + 3)] as [number, number, number];
  };
  const [right, wrong, none] = [colour(0), colour(1), colour(2)];
  assert.ok(right[2] > right[0] + 80, `right is ${right}`);
  assert.ok(wrong[0] > wrong[2] + 80, `wrong is ${wrong}`);
  assert.ok(Math.max(...none) - Math.min(...none) < 10 && none[0] > 235, `none is ${none}`);
  assert.ok((colour(4)[0] as number) < right[0], '90 % is stronger than 80 %');
});

test('many classes: a picture without figures in cells, of a size that can be opened', () => {
  const names = Array.from({ length: 62 }, (_, i) => String(i));
  const svg = matrixSvg({ names, counts: new Uint32Array(62 * 62).fill(1) });
  assert.ok(Number(/width="(\d+)"/.exec(svg)?.[1]) < 1500);
  assert.not.match(svg, /NaN/);
});

test.run();
