/**
 * The page in Chromium: drawn on by mouse and by keys, dropped on, photographed for, told of mistakes, seen on a phone and
 * in the dark, with names for all that can be operated. The model is one whose classes are bars at known heights.
 */

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tokensOf } from '../../../src/serve/access/tokens.js';
import { Service, type ServiceOptions } from '../../../src/serve/service.js';
import { defaultSettings } from '../../../src/serve/settings.js';
import { hasChromium, launchChromium } from '../../support/chromium.js';
import { needing } from '../../support/needing.js';
import { bar, barsPath } from '../../support/service.js';

const test = suite('serve/browser');
const browse = needing(test, hasChromium ? undefined : 'no Chromium to try the page in');
let browser: Browser;
let service: Service;
const complaints: string[] = [];

const start = (names: readonly string[], options: Partial<ServiceOptions> = {}) =>
  Service.start({
    models: names.map((name) => ({ name, path: barsPath })),
    settings: defaultSettings,
    host: '127.0.0.1',
    port: 0,
    grace: 1000,
    ...options,
  });

async function open(url = service.url, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return page;
}

const card = (page: Page, name = 'bars') => page.getByRole('article', { name: `Model ${name}` });

/** Waits until the model says a class and why. */
async function says(page: Page, name: string, model = 'bars'): Promise<void> {
  await card(page, model).locator('.answer').getByText(name, { exact: true }).waitFor();
  await card(page, model).getByText(`Why ${name}?`).waitFor();
}

/** Row c + 1 of six, from edge to edge. */
async function drawBar(page: Page, c: number): Promise<void> {
  const box = await page.locator('#board').boundingBox();
  if (!box) throw new Error('the board is not to be seen');
  const y = box.y + (box.height * (c + 1.5)) / 6;
  await page.mouse.move(box.x + 4, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 4, y, { steps: 8 });
  await page.mouse.up();
}

test.before(async () => {
  if (!hasChromium) return;
  browser = await launchChromium();
  service = await start(['bars']);
});

browse('drawn with the mouse: seen, ranked, explained, undone', async () => {
  const page = await open();
  await page.getByText('one model in service').waitFor();
  await page.getByLabel('Crop to the garment').uncheck();
  // A sixth of the board's 336.
  await page.getByLabel('Width').fill('56');
  await drawBar(page, 2);
  await says(page, 'third');
  const rows = card(page).getByRole('listitem');
  assert.match(await rows.first().innerText(), /^third\s+9\d/);
  assert.is(await rows.count(), 4);
  const seen = await page.evaluate(() => {
    const canvas = document.querySelector('figure canvas') as HTMLCanvasElement;
    const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, 5, 6);
    return [...data].filter((_, i) => i % 4 === 0).map((v) => (v > 100 ? 1 : 0));
  });
  assert.equal(
    seen,
    bar(2)
      .flat()
      .map((v) => (v > 100 ? 1 : 0)),
  );
  const heat = card(page).getByRole('img', { name: /^Pixels for third are mostly at the/ });
  await heat.waitFor();
  await card(page)
    .getByRole('button', { name: /^first/ })
    .click();
  await card(page).getByText('Why first?').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await card(page).getByText('No image yet').waitFor();
  await page.close();
});

browse('drawn with keys, mirrored, and said aloud', async () => {
  const page = await open();
  await card(page).waitFor();
  await page.getByLabel('Crop to the garment').uncheck();
  await page.getByLabel('Mirror').check();
  await page.getByLabel('Width').fill('56');
  await page.getByRole('application', { name: 'Drawing board, empty' }).focus();
  // From the middle up to row 1 of 6, then to one side; the other side follows.
  for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowUp');
  await page.keyboard.press(' ');
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press(' ');
  await says(page, 'first');
  await page
    .locator('#said')
    .getByText(/bars says first, 9\d/)
    .waitFor();
  await page.keyboard.press('Delete');
  await card(page).getByText('No image yet').waitFor();
  await page.close();
});

browse('a picture dropped: kept, its polarity detected, inverted on demand', async () => {
  const page = await open();
  await card(page).waitFor();
  const drop = async (image: number[][]) => {
    const raw = { width: 5, height: 6, channels: 1 } as const;
    const png = await sharp(Buffer.from(image.flat()), { raw }).png().toBuffer();
    const data = await page.evaluateHandle((base64) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], 'bar.png', { type: 'image/png' }));
      return transfer;
    }, png.toString('base64'));
    await page.dispatchEvent('body', 'drop', { dataTransfer: data });
  };
  await drop(bar(3));
  await says(page, 'fourth');
  await card(page).getByText('not inverted').waitFor();
  await drop(bar(1).map((row) => row.map((v) => 255 - v)));
  await says(page, 'second');
  await card(page).getByText('light and dark inverted').waitFor();
  await page.getByLabel('Unchanged').check();
  await card(page).getByText('not inverted').waitFor();
  await drop(Array.from({ length: 6 }, () => Array(5).fill(128)));
  await page.getByLabel('Detect').check();
  await page.getByRole('alert').getByText('neither dark nor light').waitFor();
  await page.close();
  // The browser itself notes the refusal.
  assert.match(complaints.splice(0).join('\n'), /^(Failed to load resource: .* 422 .*\n?)+$/);
});

browse('a photograph, a sample, and feedback that is counted', async () => {
  const page = await open();
  await card(page).waitFor();
  await page.getByLabel('Inverted', { exact: true }).check();
  await page.getByRole('button', { name: 'Camera' }).click();
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
  await page.getByRole('button', { name: 'Take photo' }).click();
  await card(page).getByText(/^Why /).waitFor();
  await page.getByLabel('Detect').check();
  await page.getByRole('button', { name: 'Sample' }).click();
  await page.getByLabel('No, it is').selectOption('second');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Thank you: counted.').waitFor();
  await page
    .locator('#models')
    .getByText(/^[01] of 1$/)
    .waitFor();
  await page.locator('#mix').getByRole('listitem').first().waitFor();
  await page.close();
});

browse('several models side by side, behind a token', async () => {
  const guards = { predict: tokensOf(['a-token-of-sixteen']) };
  const guarded = await start(['a', 'b', 'c', 'd'], { guards });
  const page = await open(guarded.url);
  await page.getByLabel('This service asks for a token').fill('a-token-of-sixteen');
  await page.getByRole('button', { name: 'Use token' }).click();
  await card(page, 'a').waitFor();
  assert.is(await page.getByRole('article').count(), 3);
  await page.getByRole('checkbox', { name: 'd' }).check();
  await page.getByRole('checkbox', { name: 'a', exact: true }).uncheck();
  await page.getByLabel('Crop to the garment').uncheck();
  await drawBar(page, 0);
  for (const name of ['b', 'c', 'd']) await says(page, 'first', name);
  await page.close();
  await guarded.stop();
  assert.match(complaints.splice(0).join('\n'), /^Failed to load resource: .* 401 .*$/);
});

browse(
  'on a phone, in the dark, without motion: nothing is cut off, all is named and in contrast',
  async () => {
    for (const [width, colorScheme] of [
      [360, 'light'],
      [360, 'dark'],
      [1280, 'dark'],
    ] as const) {
      const viewport = { width, height: 740 };
      const page = await open(service.url, { viewport, colorScheme, reducedMotion: 'reduce' });
      await page.getByRole('button', { name: 'Sample' }).click();
      await card(page).getByText(/^Why /).waitFor();
      assert.is(await page.evaluate(() => document.documentElement.scrollWidth), width);
      assert.equal(await page.evaluate(unnamed), []);
      assert.equal(await page.evaluate(faint), [], `${width} ${colorScheme}`);
      const moving = () =>
        [...document.querySelectorAll('*')].filter(
          (e) => getComputedStyle(e).transitionDuration !== '0s',
        ).length;
      assert.is(await page.evaluate(moving), 0);
      await page.close();
    }
  },
);

browse('the browser had nothing to complain of', () => {
  assert.equal(complaints, []);
});

/** What can be operated, or is a picture, and has no name; and controls too small for a finger. */
function unnamed(): string[] {
  const found = [
    ...document.querySelectorAll<HTMLElement>('button, input, select, a, canvas, table'),
  ];
  const shown = found.filter((e) => e.checkVisibility() && !e.closest('[aria-hidden=true]'));
  const nameOf = (e: HTMLElement) =>
    e.getAttribute('aria-label') ||
    (e instanceof HTMLInputElement || e instanceof HTMLSelectElement ? e.labels?.[0] : e)
      ?.textContent;
  return [
    ...shown.filter((e) => !nameOf(e)?.trim()).map((e) => `no name: ${e.outerHTML.slice(0, 80)}`),
    ...shown
      .filter((e) => e.matches('button') && e.getBoundingClientRect().height < 24)
      .map((e) => `too small: ${e.outerHTML.slice(0, 80)}`),
  ];
}

/** Texts whose contrast with what lies behind them is below 4.5 (WCAG 2.2, 1.4.3). */
function faint(): string[] {
  type Colour = [number, number, number, number];
  const parse = (text: string) =>
    [...(text.match(/[\d.]+/g) ?? []).map(Number), 1].slice(0, 4) as Colour;
  const light = ([r, g, b]: Colour) => {
    const [x = 0, y = 0, z = 0] = [r, g, b].map((v) =>
      v <= 10 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (e: Element | null): Colour => {
    if (!e) return [255, 255, 255, 1];
    const colour = parse(getComputedStyle(e).backgroundColor);
    return colour[3] === 1 ? colour : behind(e.parentElement);
  };
  const leaves = [...document.querySelectorAll<HTMLElement>('body *')].filter(
    (e) =>
      e.checkVisibility() &&
      [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent?.trim()),
  );
  return leaves
    .filter((e) => !e.matches(':disabled, :disabled *, option, .unseen, .unseen *'))
    .map((e) => {
      const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return ratio < 4.5 ? `${ratio.toFixed(2)}: ${e.outerHTML.slice(0, 80)}` : '';
    })
    .filter(Boolean);
}

test.after(async () => {
  await browser?.close();
  await service?.stop();
});
test.run();
