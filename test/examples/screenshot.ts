/**
 * The page of fmnist-serve with a garment in front of a model, as a picture. `make picture-of-page` calls this.
 * usage: node dist/test/examples/screenshot.js MODEL PICTURE
 */

import { Service } from '../../src/serve/service.js';
import { defaultSettings } from '../../src/serve/settings.js';
import { launchChromium } from '../support/chromium.js';

const [, , path = '', picture = ''] = process.argv;
const service = await Service.start({
  models: [{ name: 'model', path }],
  settings: defaultSettings,
  host: '127.0.0.1',
  port: 0,
  grace: 1000,
});
const browser = await launchChromium();
const page = await browser.newPage({ viewport: { width: 1180, height: 1180 } });
await page.goto(service.url);
const sample = page.getByRole('button', { name: 'Sample' });
// Enough of them for the charts to have something to show.
for (let i = 0; i < 12; i++) {
  await sample.click();
  await page.waitForTimeout(i % 3 === 0 ? 1500 : 500);
}
await sample.click();
await page.getByText(/^Why /).waitFor();
await page.mouse.move(0, 0);
await page.waitForTimeout(2500);
await page.screenshot({ path: picture, fullPage: true });
await browser.close();
await service.stop();
