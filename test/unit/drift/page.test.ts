/** The page in Chromium: whole without a network, on a phone and in the dark; the answer, images, classes and windows on it. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hasChromium, launchChromium } from '../../support/chromium.js';
import { needing } from '../../support/needing.js';
import { paths } from '../../support/paths.js';

const test = suite('drift/page');
const browse = needing(test, hasChromium ? undefined : 'no Chromium to look at the page in');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-drift-'));
const at = (name: string) => join(folder, name);
let browser: Browser;

function run(program: string, ...words: string[]): number | null {
  return spawnSync(join(paths.bin, program), words, { stdio: 'ignore' }).status;
}

/** The log of a service that has kept its images; from row `turn` on they are brighter. */
function writeLog(name: string, rows: number, turn = rows): void {
  const lines = Array.from({ length: rows }, (_, i) => {
    const light = ((i * 37) % 89) + (i < turn ? 10 : 120);
    return JSON.stringify({
      type: 'served',
      time: new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString(),
      ...{ id: `r${i}`, index: 0, model: 'm', version: 'feed', prediction: i % 3 },
      ...{ confidence: 0.9 - (i % 11) / 50, brightness: light, contrast: 40 + (i % 13), ms: 1 },
      ...{ image: Buffer.alloc(6, light).toString('base64'), rows: 2, columns: 3 },
    });
  });
  writeFileSync(at(name), `${lines.join('\n')}\n`);
}

async function open(name: string, width: number, colorScheme: 'light' | 'dark') {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(request.url());
  });
  await page.goto(pathToFileURL(at(name)).href);
  assert.is(await page.evaluate(() => document.documentElement.scrollWidth), width);
  assert.equal(complaints, []);
  return page;
}

test.before(async () => {
  if (hasChromium) browser = await launchChromium();
});

browse(
  'of images: the answer first, tests, images that moved, classes, distributions',
  async () => {
    const garments = join(paths.fixtures, 'garments-test.idx.gz');
    assert.is(run('fmnist-cat', '--invert', '-o', at('dark.idx'), garments), 0);
    assert.is(run('fmnist-drift', '-o', at('images.html'), garments, at('dark.idx')), 3);
    for (const [width, scheme] of [
      [360, 'light'],
      [1100, 'dark'],
    ] as const) {
      const page = await open('images.html', width, scheme);
      assert.is(await page.getByRole('heading', { level: 1 }).innerText(), 'Drift: drift');
      assert.equal(await page.getByRole('heading', { level: 2 }).allInnerTexts(), [
        'Tests',
        'Images that moved most',
        'Class mix: true classes',
        'Distributions',
        'How to read this',
      ]);
      const first = page.getByRole('row').nth(1);
      assert.match(await first.innerText(), /drift\s+<?[\d.e-]+\s+/);
      // Three features and the reference, eight images each.
      assert.is(await page.locator('svg image').count(), 32);
      const small = await page.evaluate(
        () =>
          [...document.querySelectorAll('svg image')].filter(
            (e) => e.getBoundingClientRect().width < 40,
          ).length,
      );
      assert.is(small, 0);
      assert.ok((await page.getByRole('img', { name: 'brightness' }).count()) > 0);
      await page.close();
    }
  },
);

browse(
  'of a log in windows: a time line, and the images of the last window that drifted',
  async () => {
    writeLog('reference.ndjson', 200);
    writeLog('served.ndjson', 300, 200);
    const words = [
      '--window',
      '50',
      '-o',
      at('log.html'),
      at('reference.ndjson'),
      at('served.ndjson'),
    ];
    assert.is(run('fmnist-drift', ...words), 3);
    const page = await open('log.html', 1100, 'light');
    assert.is(
      await page.getByRole('heading', { level: 1 }).innerText(),
      'Drift: 2 of 6 windows drift',
    );
    assert.is(await page.getByRole('img', { name: 'Windows' }).count(), 1);
    await page.getByText('first alarm').waitFor();
    const rows = await page.getByRole('table').first().getByRole('row').allInnerTexts();
    assert.match(rows[5] ?? '', /5\s+50\s+alarm\s+brightness/);
    await page.getByRole('img', { name: 'Most brightness' }).waitFor();
    await page.close();
    assert.ok(!readFileSync(at('log.html'), 'utf8').includes('<script'));
  },
);

test.after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});
test.run();
