/**
 * Puts what `make bench`, `power`, `recipes`, `ablation` and `time-to-accuracy` have left in build/ into the repository: records
 * into test/bench/results/, models that took long beside them, pictures into man/pictures/, tables into docs/figures.md. What
 * has not been measured stays as it is.
 * usage: node dist/test/bench/publish.js
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeRecord } from '../../src/ndjson/encode.js';
import { paths } from '../support/paths.js';
import { keepModels } from './published-models.js';
import { sections, withSections } from './sections.js';
import { readResults } from './store.js';

const at = (path: string) => join(paths.root, path);
mkdirSync(at('test/bench/results'), { recursive: true });
const results = new Map(
  sections.map(({ name, built, picture, merge }) => {
    const file = at(`test/bench/results/${name}.ndjson`);
    const before = readResults(file);
    if (!existsSync(at(built))) return [name, before];
    const found = readResults(at(built));
    const kept = merge ? merge(before, found) : found;
    writeFileSync(file, kept.map(encodeRecord).join(''));
    const drawn = picture?.draw(kept);
    if (drawn !== undefined) writeFileSync(at(`man/pictures/${name}.svg`), drawn);
    return [name, kept];
  }),
);
keepModels(
  results.get('recipes') ?? [],
  at('build/recipes/models'),
  at('test/bench/results/models'),
);
const page = at('docs/figures.md');
writeFileSync(page, withSections(readFileSync(page, 'utf8'), results));
