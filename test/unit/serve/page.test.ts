/** The page as it is served, and the arithmetic of its programs. What it does in a browser is tried in browser.test.ts. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { heatPng } from '../../../src/picture/heat-image.js';
import { hues, rgbOf, right, wrong } from '../../../src/picture/palette.js';
import { contentBox, cornersOf, framed, greyOf } from '../../../src/serve/web/crop.js';
import { percentText } from '../../../src/serve/web/elements.js';
import { readExposition } from '../../../src/serve/web/exposition.js';
import { flooded } from '../../../src/serve/web/flood.js';
import { contra, pro, rgbaOf, strongestPlace } from '../../../src/serve/web/heat.js';
import { sparkPath } from '../../../src/serve/web/spark.js';
import { between, quantile, readMetrics } from '../../../src/serve/web/traffic.js';
import { paths } from '../../support/paths.js';
import { bar, openService } from '../../support/service.js';

const test = suite('serve/page');
const web = join(paths.root, 'src/serve/web');
const programs = readdirSync(web).filter((name) => name.endsWith('.ts'));

test('the page and all that it names come from here, under a policy without exceptions', async () => {
  const { app, close } = await openService();
  const { body, headers, statusCode } = await app.inject({ url: '/' });
  assert.is(statusCode, 200);
  const policy = String(headers['content-security-policy']);
  assert.match(policy, "default-src 'none'; script-src 'self'; style-src 'self'");
  assert.not.match(policy, /unsafe|\*|https?:/);
  assert.not.match(body, /https?:|<style|\sstyle=|\son\w+=|<script(?![^>]*src=)/);
  const named = [...body.matchAll(/(?:href|src)="(\/[^"#]*)"/g)].map(([, url]) => url!);
  assert.ok(named.includes('/page/page.js'));
  const styles = readdirSync(web).filter((name) => name.endsWith('.css') && name !== 'docs.css');
  assert.equal(
    named.filter((url) => url.endsWith('.css')).sort(),
    styles.map((name) => `/page/${name}`).sort(),
  );
  const parts = programs.map((name) => `/page/${name.replace(/ts$/, 'js')}`);
  for (const url of new Set([...named, ...parts, '/page/sample-39.png'])) {
    const part = await app.inject({ url });
    assert.is(part.statusCode, 200, url);
    if (url.endsWith('.js')) assert.match(String(part.headers['content-type']), 'text/javascript');
  }
  for (const url of [
    '/page/sample-40.png',
    '/page/page.html',
    '/page/..%2fservice.js',
    '/page/constructor',
  ])
    assert.is((await app.inject({ url })).statusCode, 404, url);
  await close();
});

test('programs of the page import only each other', () => {
  for (const name of programs)
    for (const [, from = ''] of readFileSync(join(web, name), 'utf8').matchAll(/from '([^']+)'/g))
      assert.match(from, /^\.\/[a-z-]+\.js$/, name);
});

test('an image is given back as the model saw it, where it is asked for', async () => {
  const { app, close } = await openService();
  const payload = JSON.stringify({
    images: [bar(1), bar(3).map((row) => row.map((v) => 255 - v))],
  });
  const post = (url: string) =>
    app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } });
  const { predictions } = JSON.parse((await post('/v1/predict?seen=true')).body);
  const seen = predictions.map((p: { image: string }) => [...Buffer.from(p.image, 'base64')]);
  assert.equal(seen, [bar(1).flat(), bar(3).flat()]);
  assert.equal(
    [predictions[1].rows, predictions[1].columns, predictions[1].inverted],
    [6, 5, true],
  );
  assert.not.match((await post('/v1/predict')).body, '"image"');
  assert.is((await post('/v1/predict?seen=1')).statusCode, 400);
  await close();
});

test('crop: the box of what differs from the ground, framed with a margin', () => {
  const grey = new Uint8Array(80).fill(200);
  grey[2 * 10 + 3] = 100;
  grey[4 * 10 + 6] = 90;
  grey[7 * 10 + 9] = 190;
  const box = contentBox(grey, 10, 8, 200, 40);
  assert.equal(box, { left: 3, top: 2, width: 4, height: 3 });
  assert.is(contentBox(grey, 10, 8, 200, 150), undefined);
  const frame = framed({ left: 10, top: 20, width: 100, height: 50 }, 0.5);
  // As wide as the box and a twelfth and a half, twice as high, and in the same middle.
  assert.ok(Math.abs(frame.width - 108) < 1e-9 && Math.abs(frame.height - 216) < 1e-9);
  assert.ok(Math.abs(frame.left - 6) < 1e-9 && Math.abs(frame.top - (45 - 108)) < 1e-9);
});

test('corners and luminance', () => {
  assert.equal([...greyOf(Uint8ClampedArray.of(255, 0, 0, 255, 10, 10, 10, 0))], [54, 10]);
  const grey = new Uint8Array(100).fill(7);
  grey[0] = 107;
  assert.is(cornersOf(grey, 10, 10), 32);
});

test('fill: what is alike and reached, and not across a line', () => {
  const rows = ['..#..', '..#..', '.##..', '.....'].map((r) =>
    [...r].map((c) => (c === '#' ? 255 : 5)),
  );
  const mask = flooded(Uint8Array.from(rows.flat()), 5, 4, 2, 0, 20);
  assert.equal(
    [...mask].map((v, i) => (v ? i : -1)).filter((i) => i >= 0),
    [2, 7, 11, 12],
  );
  rows[3] = [255, 5, 5, 5, 5];
  rows[2] = [5, 255, 255, 5, 5];
  const left = flooded(Uint8Array.from(rows.flat()), 5, 4, 0, 0, 20);
  assert.is(
    left.reduce((sum, v) => sum + v, 0),
    5,
  );
});

test('heat: the colours of the service, and where the evidence is in words', async () => {
  assert.equal([pro, contra], [rgbOf(hues[right].dark), rgbOf(hues[wrong].dark)]);
  const map = [3, -1, 0, 0.2];
  const pixels = Uint8Array.of(10, 255, 128, 60);
  const png = heatPng({ rows: 2, columns: 2, pixels, map: Float32Array.from(map), zoom: 1 });
  const theirs = await sharp(png).ensureAlpha().raw().toBuffer();
  for (const [i, value] of rgbaOf(pixels, map).entries())
    assert.ok(Math.abs(value - theirs[i]!) <= 1, `${i}`);
  assert.equal([...rgbaOf(pixels).subarray(4, 8)], [255, 255, 255, 255]);
  const spot = Array(81).fill(0);
  spot[8 * 9 + 7] = 5;
  assert.is(strongestPlace(spot, 9, 9), 'bottom right');
  assert.is(strongestPlace(Array(81).fill(0), 9, 9), undefined);
});

test('metrics: labels with all that may stand in them', () => {
  const text =
    '# TYPE a counter\na{x="1,\\"}\\n\\\\",y=""} 3\na 4 1700000000\nb{le="+Inf"}  +Inf\nnonsense\nbad line here\n';
  const families = readExposition(text);
  assert.equal(families.get('a'), [
    { labels: { x: '1,"}\n\\', y: '' }, value: 3 },
    { labels: {}, value: 4 },
  ]);
  assert.equal(families.get('b'), [{ labels: { le: '+Inf' }, value: Number.POSITIVE_INFINITY }]);
  assert.equal([...families.keys()], ['a', 'b']);
});

test('quantiles are spread evenly within a bucket, and stop at the last bound', () => {
  const buckets = [
    { bound: 1, count: 10 },
    { bound: 2, count: 10 },
    { bound: 4, count: 20 },
    { bound: Number.POSITIVE_INFINITY, count: 21 },
  ];
  assert.is(quantile(buckets, 0.25), 0.525);
  assert.is(quantile(buckets, 15 / 21), 3);
  assert.is(quantile(buckets, 1), 4);
  assert.is(quantile([{ bound: 1, count: 0 }], 0.5), undefined);
});

test('what a live service counts, between two readings', async () => {
  const { app, close } = await openService();
  const post = (url: string, value: unknown) =>
    app.inject({
      method: 'POST',
      url,
      payload: JSON.stringify(value),
      headers: { 'x-request-id': 'p1' },
    });
  const read = async (time: number) =>
    readMetrics((await app.inject({ url: '/metrics' })).body, time);
  const before = await read(0);
  await post('/predict', { images: [bar(2), bar(2), bar(0)] });
  await post('/predict', { pixels: 'no' });
  await post('/v1/explain', { pixels: bar(2) });
  await post('/v1/feedback', { id: 'p1', label: 2 });
  const after = await read(2000);
  assert.equal([after.requests, after.refused, after.failed], [3, 1, 0]);
  assert.equal(
    [...after.mix],
    [
      ['first', 1],
      ['third', 2],
    ],
  );
  const [model] = after.models;
  assert.equal([model?.name, model?.images, model?.told, model?.correct], ['bars', 3, 1, 1]);
  assert.is(
    after.buckets.at(-1)?.count,
    1,
    'refusals and explanations are no answers one waits for',
  );
  const step = between(before, after);
  assert.is(step.rate, 1.5);
  assert.ok((step.median ?? 0) > 0 && (step.slowest ?? 0) >= (step.median ?? 1));
  assert.equal(between(after, { ...before, time: 3000 }), {
    rate: 0,
    median: undefined,
    slowest: undefined,
  });
  await close();
});

test('a line is drawn from the right, with gaps; shares are short', () => {
  assert.is(sparkPath([0, 1, undefined, 2], 2, 5), 'M50.0 54.0L100.0 29.0M200.0 4.0h.1');
  assert.is(sparkPath([], 0, 5), '');
  const shares = [0, 0.0004, 0.05, 0.5, 0.996, 0.9999, 1];
  assert.equal(shares.map(percentText), [
    '0 %',
    '<0.1 %',
    '5.0 %',
    '50 %',
    '99.6 %',
    '100 %',
    '100 %',
  ]);
});

test.run();
