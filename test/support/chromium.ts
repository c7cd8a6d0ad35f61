/** Chromium for tests of pages: $CHROMIUM, else the one on PATH. */

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Path of Chromium; where there is none, one at which nothing is. */
export const chromiumPath = process.env.CHROMIUM ?? onPath('chromium') ?? '/usr/bin/chromium';
export const hasChromium =
  process.env.CHROMIUM === undefined ? onPath('chromium') !== undefined : existsSync(chromiumPath);

/** Launches it without its sandbox, which root cannot use; the camera is a generated picture. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
}

function onPath(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);
}
