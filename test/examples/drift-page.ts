/**
 * The upper part of a page of fmnist-drift, as a picture: test images, some of them blurred or turned, and of another mix of
 * classes, against the validation images. `make picture-of-drift` calls this.
 * usage: node dist/test/examples/drift-page.js REFERENCE IMAGES PICTURE
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchChromium } from '../support/chromium.js';
import { paths } from '../support/paths.js';

const [, , reference = '', images = '', picture = ''] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'fmnist-drift-'));
const at = (name: string) => join(folder, name);
const program = (name: string) => join(paths.bin, `fmnist-${name}`);

try {
  execFileSync(program('cat'), ['--to', '1500', '-o', at('some.idx'), images]);
  execFileSync(program('corrupt'), [
    ...['--severity', '3', '--class', 'Bag', '-o', at('mixed.idx'), 'class-shift', at('some.idx')],
  ]);
  execFileSync(program('corrupt'), [
    ...['--severity', '2', '--share', '0.5', '-o', at('new.idx')],
    ...['gaussian-blur,rotate', at('mixed.idx')],
  ]);
  symlinkSync(resolve(reference), at('validation.idx'));
  const args = ['-o', 'drift.html', 'validation.idx', 'new.idx'];
  const { status } = spawnSync(program('drift'), args, { stdio: 'inherit', cwd: folder });
  if (status !== 3) throw new Error(`fmnist-drift ended with status ${status}; drift was expected`);
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1060, height: 900 } });
  await page.goto(pathToFileURL(at('drift.html')).href);
  await page.screenshot({
    path: picture,
    clip: { x: 0, y: 0, width: 1060, height: 1365 },
    fullPage: true,
  });
  await browser.close();
} finally {
  rmSync(folder, { recursive: true });
}
