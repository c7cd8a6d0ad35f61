/** The pages of fmnist-report and fmnist-compare in Chromium: whole by themselves, at a desk and on a phone, in the light and in the dark. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contrastRatio, type Rgb } from '../../../src/picture/palette.js';
import { hasChromium, launchChromium } from '../../support/chromium.js';
import { needing } from '../../support/needing.js';
import { shell } from '../../support/shell.js';

const test = suite('report/browser');
const browse = needing(test, hasChromium ? undefined : 'no Chromium to look at the pages with');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-report-'));
let browser: Browser;

test.before(async () => {
  if (!hasChromium) return;
  const { status, stderr } = await shell(
    `set -e
    mkdir build
    fmnist-fetch train --source synthetic --count 400 -o build/train.idx
    fmnist-fetch test --source synthetic --count 200 -o build/test.idx
    fmnist-train -q --recipe mlp --set epochs=3 --validation build/test.idx --log build/train.ndjson -o build/model.onnx build/train.idx
    fmnist-predict -o build/predictions.ndjson build/model.onnx build/test.idx
    fmnist-drift --sketch -o reference.sketch build/predictions.ndjson
    fmnist-corrupt -q fog build/test.idx | fmnist-predict -o fog.ndjson build/model.onnx
    fmnist-drift -q -o build/drift.ndjson reference.sketch fog.ndjson || test $? = 3
    fmnist-train -q --recipe mlp --set epochs=4 --init build/model.onnx -o new.onnx build/train.idx
    fmnist-compare -q -o build/comparison.ndjson build/model.onnx new.onnx build/test.idx 2> /dev/null || test $? = 3
    fmnist-compare -q -o comparison.html build/model.onnx new.onnx build/test.idx 2> /dev/null || test $? = 3
    fmnist-report -q --robustness 30 -o report.html build`,
    { cwd: folder },
  );
  assert.is(status, 0, stderr);
  browser = await launchChromium();
});

for (const [page, sections, pictures] of [
  ['report.html', 7, 6],
  ['comparison.html', 4, 1],
] as const)
  for (const width of [1280, 390])
    for (const colorScheme of ['light', 'dark'] as const)
      browse(`${page}, ${width} wide, ${colorScheme}`, async () => {
        const view = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const complaints: string[] = [];
        view.on('console', (message) => complaints.push(message.text()));
        view.on('pageerror', (error) => complaints.push(error.message));
        view.on('request', (request) => {
          if (!/^(file|data):/.test(request.url())) complaints.push(request.url());
        });
        await view.goto(pathToFileURL(join(folder, page)).href);
        assert.equal(complaints, []);
        const seen = await view.evaluate(() => ({
          width: document.documentElement.scrollWidth,
          headings: document.querySelectorAll('section > h2').length,
          pictures: document.querySelectorAll('figure svg[role=img]').length,
          unnamed: document.querySelectorAll('svg:not([aria-label]), img:not([alt])').length,
          broken: [...document.images].filter((image) => image.naturalWidth === 0).length,
          dead: [...document.querySelectorAll('a')].filter(
            (link) => !document.querySelector(link.getAttribute('href') ?? 'x'),
          ).length,
          text: getComputedStyle(document.body).color,
          paper: getComputedStyle(document.body).backgroundColor,
        }));
        assert.ok(seen.width <= width, `${seen.width} wide`);
        assert.ok(seen.headings >= sections, `${seen.headings} sections`);
        assert.ok(seen.pictures >= pictures, `${seen.pictures} pictures`);
        assert.equal([seen.unnamed, seen.broken, seen.dead], [0, 0, 0]);
        const rgb = (colour: string) => (colour.match(/\d+/g) ?? []).map(Number) as unknown as Rgb;
        assert.ok(contrastRatio(rgb(seen.text), rgb(seen.paper)) > 7);
        assert.is(rgb(seen.paper)[0] < 128, colorScheme === 'dark');
        await view.close();
      });

test.after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});
test.run();
