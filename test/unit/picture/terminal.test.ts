/** What is drawn in terminals: escapes, widths, images, bars, tables, charts. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ColourLevel,
  foreground,
  indexOf256,
  plainText,
  styled,
} from '../../../src/picture/ansi.js';
import { bar, bars, sparkline } from '../../../src/picture/bars.js';
import type { Rgb } from '../../../src/picture/palette.js';
import { table } from '../../../src/picture/table.js';
import { terminalImage, terminalSize } from '../../../src/picture/terminal-image.js';
import { tileLayout, tileRow } from '../../../src/picture/terminal-tiles.js';
import { cut, padEnd, padStart, textWidth } from '../../../src/picture/text-width.js';

const test = suite('picture: terminal');

/** The xterm palette from 16 on. */
function colour256(i: number): Rgb {
  if (i >= 232) return [8 + 10 * (i - 232), 8 + 10 * (i - 232), 8 + 10 * (i - 232)];
  const step = (k: number) => {
    const digit = Math.floor((i - 16) / k) % 6;
    return digit === 0 ? 0 : 55 + 40 * digit;
  };
  return [step(36), step(6), step(1)];
}

test('every colour of the 256 from 16 on is found again', () => {
  for (let i = 16; i < 256; i++)
    assert.equal(colour256(indexOf256(colour256(i))), colour256(i), `colour ${i}`);
});

test('a colour of 256 is the nearest there is', () => {
  const channel = fc.integer({ min: 0, max: 255 });
  const far = (a: Rgb, b: Rgb) => a.reduce((sum, v, k) => sum + (v - b[k]!) ** 2, 0);
  fc.assert(
    fc.property(fc.tuple(channel, channel, channel), (rgb) => {
      const best = Math.min(...Array.from({ length: 240 }, (_, k) => far(rgb, colour256(16 + k))));
      assert.is(far(rgb, colour256(indexOf256(rgb))), best);
    }),
  );
});

test('escapes by level', () => {
  assert.is(foreground([1, 2, 3], 3), '\x1b[38;2;1;2;3m');
  assert.is(foreground([255, 255, 255], 2), '\x1b[38;5;231m');
  assert.is(foreground([255, 0, 0], 1), '\x1b[91m');
  assert.is(foreground([0, 0, 0], 1), '\x1b[30m');
  assert.is(foreground([1, 2, 3], 0), '');
  assert.is(styled('x', { bold: true, colour: [0, 0, 0] }, 3), '\x1b[1m\x1b[38;2;0;0;0mx\x1b[0m');
  assert.is(styled('x', { bold: true }, 0), 'x');
  assert.is(plainText(styled('words', { behind: [9, 9, 9], dim: true }, 2)), 'words');
});

test('24-bit half-blocks hold every pixel', () => {
  const images = fc
    .record({ rows: fc.integer({ min: 1, max: 9 }), columns: fc.integer({ min: 1, max: 9 }) })
    .chain(({ rows, columns }) =>
      fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        pixels: fc.uint8Array({ minLength: rows * columns, maxLength: rows * columns }),
      }),
    );
  fc.assert(
    fc.property(images, (image) => {
      const lines = terminalImage(image, { level: 3 });
      assert.is(lines.length, Math.ceil(image.rows / 2));
      assert.equal(lines.flatMap(readHalfBlocks).slice(0, image.rows), toRows(image));
    }),
  );
});

test('ASCII: dark is blank, bright is dense, brighter is never sparser', () => {
  const ramp = terminalImage(
    { rows: 1, columns: 256, pixels: Uint8Array.from({ length: 256 }, (_, i) => i) },
    { level: 0 },
  )[0]!;
  assert.is(ramp.at(0), ' ');
  assert.is(ramp.at(-1), '@');
  assert.is(new Set(ramp).size, 12);
  const order = [...new Set(ramp)];
  for (let i = 1; i < ramp.length; i++)
    assert.ok(order.indexOf(ramp[i]!) >= order.indexOf(ramp[i - 1]!));
});

test('wide images are scaled down to the width, and no further', () => {
  const image = { rows: 40, columns: 60, pixels: new Uint8Array(2400).fill(200) };
  for (const level of [0, 2, 3] as const) {
    const lines = terminalImage(image, { level, width: 15 });
    assert.equal(new Set(lines.map((line) => plainText(line).length)), new Set([15]));
    assert.is(lines.length, terminalSize(image, 15).lines);
  }
  assert.is(terminalImage(image, { level: 0, width: 60 })[0]!.length, 60);
});

test('tiles: cells of equal width, captions cut to them', () => {
  const image = { rows: 2, columns: 3, pixels: new Uint8Array(6).fill(255) };
  const layout = tileLayout(image, 34, 10);
  assert.equal(layout, { perRow: 3, cell: 10 });
  const tile = { image, captions: [{ text: 'a rather long caption' }] };
  assert.equal(tileRow([tile, tile], layout, 0), ['@@@         @@@', 'a rather ~  a rather ~']);
  assert.equal(tileLayout({ columns: 28 }, 80, 14), { perRow: 2, cell: 28 });
  assert.equal(tileLayout({ columns: 28 }, 80, 14, 5), { perRow: 5, cell: 14 });
  for (const level of [0, 2, 3] as ColourLevel[])
    for (const line of tileRow([tile, tile, tile], layout, level))
      assert.ok(textWidth(plainText(line)) <= 34);
});

test('bars: eighths, never nothing for something', () => {
  assert.is(bar(0.5, 4), '██');
  assert.is(bar(0.53125, 4), '██▏');
  assert.is(bar(1e-9, 4), '▏');
  assert.is(bar(0, 4), '');
  assert.is(bar(7, 4), '████');
  assert.is(bar(Number.NaN, 4), '');
  assert.equal(
    bars(
      [
        { label: 'a', value: 2 },
        { label: 'bc', value: 1, note: 'one' },
      ],
      { width: 18 },
    ),
    ['a     2 ██████████', 'bc  one █████'],
  );
  assert.equal(bars([], { width: 20 }), []);
  assert.is(sparkline([0, 1, 2, Number.NaN, 7]), '▁▂▃ █');
  assert.is(sparkline([5, 5]), '▁▁');
  assert.is(sparkline([1], { min: 0, max: 2 }), '▅');
});

test('widths: east-asian, combining, emoji', () => {
  assert.is(textWidth('T-shirt/top'), 11);
  assert.is(textWidth('靴'), 2);
  assert.is(textWidth('e\u0301'), 1);
  assert.is(textWidth('é'), 1);
  assert.is(textWidth('👗'), 2);
  assert.is(textWidth(''), 0);
  assert.is(padEnd('靴', 4), '靴  ');
  assert.is(padStart('靴', 4), '  靴');
  assert.is(cut('靴靴靴', 5), '靴靴…');
  assert.is(cut('靴靴靴', 4), '靴…');
  assert.is(cut('abc', 3), 'abc');
  assert.is(cut('abcd', 3), 'ab…');
});

test('tables: numbers on the right, words on the left, one width a column', () => {
  const lines = table(
    ['class', 'images', 'recall'],
    [
      ['Shirt', 1000, '78.1 %'],
      ['靴', 2, '–'],
    ],
  );
  assert.equal(lines, [
    'class  images  recall',
    '─────────────────────',
    'Shirt    1000  78.1 %',
    '靴          2       –',
  ]);
  const marked = table(['a', 'b'], [['x', 1]], {
    colour: (text, r, c) => `<${r},${c}:${text}>`,
    rule: false,
  });
  assert.equal(marked, ['<-1,0:a>  <-1,1:b>', '<0,0:x>  <0,1:1>']);
});

test.run();

function toRows({ rows, columns, pixels }: { rows: number; columns: number; pixels: Uint8Array }) {
  return Array.from({ length: rows }, (_, r) => [
    ...pixels.subarray(r * columns, (r + 1) * columns),
  ]);
}

/** A line of half-blocks → its two rows of grey values. */
function readHalfBlocks(line: string): number[][] {
  const rows: number[][] = [[], []];
  let [front, back] = [-1, -1];
  for (const [, kind, value, character] of line.matchAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is read.
    /\x1b\[(?:([34])8;2;(\d+);\d+;\d+|0)m|([ ▀])/g,
  )) {
    if (kind === '3') front = Number(value);
    else if (kind === '4') back = Number(value);
    else if (character) {
      rows[0]?.push(character === '▀' ? front : back);
      rows[1]?.push(back);
    }
  }
  return rows;
}
