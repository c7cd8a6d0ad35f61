/**
 * Puts the end of `make all` into README.md, between its marks. `make pictures` calls this.
 * usage: node dist/test/examples/report.js build/report.txt
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../support/paths.js';

const report = readFileSync(process.argv[2]!, 'utf8').trimEnd();
const readme = join(paths.root, 'README.md');
const text = readFileSync(readme, 'utf8');
const between = /(<!-- report -->\n```text\n)[\s\S]*?(\n```\n)/;
if (!between.test(text)) throw new Error('README.md has no marked place for the report');
writeFileSync(
  readme,
  text.replace(between, (_, open, close) => open + report + close),
);
