/** The site that Fashion-MNIST was published on. */

import { publishedSite } from '../datasets.js';
import { onlyFashion } from './debian.js';
import type { Source } from './source.js';
import { webSource } from './web.js';

export function publishedSource(): Source {
  const site = webSource('published', new URL(publishedSite));
  return { ...site, obtain: async (file, context) => site.obtain(onlyFashion(file), context) };
}
