/** Statistics drawn: nothing is cut off, nothing is missing, markup is well-formed and escaped. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeAnnotation } from '../../../../src/idx/annotation.js';
import { plainText } from '../../../../src/picture/ansi.js';
import { textWidth } from '../../../../src/picture/text-width.js';
import { statisticsHtml } from '../../../../src/profile/report/html.js';
import { statisticsSvg } from '../../../../src/profile/report/sheet.js';
import { statisticsText } from '../../../../src/profile/report/text.js';
import { figureWords, greyScale, qualities } from '../../../../src/profile/report/wording.js';
import type { Summary } from '../../../../src/profile/summary.js';
import { gatherStreams, streamOf } from '../../../support/gather.js';

const test = suite('picture: statistics');

/** Twelve images of 8 × 8: classes with awkward names, one empty, one unknown; a blank image and duplicates. */
async function awkward(type: 'u8' | 'f32' = 'u8'): Promise<Summary> {
  const pixels = Float32Array.from({ length: 12 * 64 }, (_, i) => {
    const image = Math.floor(i / 64);
    return image === 4 ? 9 : image > 9 ? (i % 64) * 4 : ((i * 37) % 251) + image / 2;
  });
  const labels = Uint8Array.from([0, 0, 0, 0, 0, 1, 1, 1, 9, 0, 0, 1]);
  const annotation = encodeAnnotation({
    fmnist: 1,
    dataset: 'a & b <c>',
    synthetic: true,
    classes: ['T-shirt & "top"', '日本のくつ', 'a name much longer than any column could be'],
    history: [],
  });
  const values = type === 'u8' ? Uint8Array.from(pixels) : pixels;
  return (await gatherStreams([streamOf(values, labels, 8, 8, annotation)])).summary();
}

/** Tags that are opened and not closed, or closed and not opened; void elements of HTML aside. */
function unbalanced(markup: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const body = markup.replace(/<!doctype html>/, '').replace(/<style>[\s\S]*?<\/style>/g, '');
  for (const [, close, name = '', , self] of body.matchAll(
    /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/g,
  )) {
    if (self || ['meta', 'img', 'br'].includes(name)) continue;
    if (!close) open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

for (const type of ['u8', 'f32'] as const) {
  test(`${type}: text keeps within the terminal, in colour and without`, async () => {
    const summary = await awkward(type);
    for (const width of [40, 60, 80, 200])
      for (const level of [0, 2, 3] as const) {
        const text = statisticsText(summary, { level, width });
        const over = text
          .split('\n')
          .map(plainText)
          .filter((line) => textWidth(line) > Math.max(width, 56));
        assert.equal(over, [], `${width} columns, level ${level}`);
      }
  });

  test(`${type}: pictures and pages are well-formed, and say what they are about`, async () => {
    const summary = await awkward(type);
    const svg = statisticsSvg(summary);
    const html = statisticsHtml(summary, 5, 'fmnist-stats 0');
    assert.equal(unbalanced(svg), []);
    assert.equal(unbalanced(html), []);
    for (const markup of [svg, html]) {
      assert.match(markup, 'a &amp; b &lt;c&gt; (synthetic)');
      assert.match(markup, 'T-shirt &amp; &quot;top&quot;');
      assert.match(markup, 'label 9 (unknown)');
      assert.not.match(markup, /NaN|undefined|Infinity/);
      // Self-contained: no address but the name of SVG itself.
      assert.equal([...new Set(markup.match(/https?:[^"']+/g))], ['http://www.w3.org/2000/svg']);
    }
    assert.match(html, 'prefers-color-scheme:dark');
    assert.match(svg, 'prefers-color-scheme:dark');
    // One mean image a class that has images, that of all, and of raw pixels their deviations.
    assert.is(html.match(/<img /g)?.length, type === 'u8' ? 5 : 4);
  });
}

test('what stands out is counted, explained, and named on the page', async () => {
  const summary = await awkward();
  const found = qualities(summary);
  assert.equal(
    found.map(({ what, count }) => [what, count]),
    [
      ['blank', 1],
      ['nearly constant', 0],
      ['duplicates', 1],
      ['unknown labels', 1],
    ],
  );
  assert.match(found[2]?.detail ?? '', /^1 image comes more than once, up to 2 times; 1 under/);
  const html = statisticsHtml(summary, 5, '');
  assert.match(html, 'the same as image 10, which is called T-shirt');
  const text = statisticsText(summary, { level: 0, width: 100 });
  assert.match(text, /unknown labels {3}1 {2}8\.33 % {2}first at 8\n/);
  assert.match(text, '1 of 3 classes has no images');
});

test('normalised pixels are drawn as the raw ones they stand for', async () => {
  const summary = await awkward('f32');
  const standardized = {
    ...summary,
    facts: {
      ...summary.facts,
      shape: {
        ...summary.facts.shape,
        normalization: {
          kind: 'standardize',
          per: 'dataset',
          mean: [100],
          deviation: [50],
        } as const,
      },
    },
  };
  assert.is(greyScale(standardized)(-2), 0);
  assert.is(greyScale(standardized)(3.1), 255);
  const { min = 0, max = 0 } = summary.pixels ?? {};
  assert.equal([greyScale(summary)(min), greyScale(summary)(max)], [0, 255]);
});

test('figures in about four digits', () => {
  const given = [0, 255, 60_000, 12_345.6, 72.9404, 4.9439, 0.0133, 2.6e-4, -0.5, undefined];
  assert.equal(given.map(figureWords), [
    '0',
    '255',
    '60,000',
    '12,346',
    '72.94',
    '4.944',
    '0.0133',
    '2.6e-4',
    '-0.5000',
    '–',
  ]);
});

test.run();
