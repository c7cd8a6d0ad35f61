/**
 * Runs the examples of README.md, CONTRIBUTING.md, docs/ and the manual pages, and compares what they print where it is shown.
 * usage: node dist/test/examples/run.js [WORD ...]   (only files whose name contains a WORD)
 * UPDATE_EXAMPLES=1 writes what the examples of Markdown files print into them anew; read the diff.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sameText } from '../support/close.js';
import { paths } from '../support/paths.js';
import { type Example, markdownExamples, pageExamples, type Step } from './blocks.js';
import { Sandbox } from './sandbox.js';

const update = process.env.UPDATE_EXAMPLES === '1';
const words = process.argv.slice(2);
const asked = (file: string) => words.length === 0 || words.some((word) => file.includes(word));
const list = (folder: string, name: RegExp) =>
  readdirSync(join(paths.root, folder))
    .filter((file) => name.test(file))
    .map((file) => `${folder}/${file}`);
const count = { ran: 0, skipped: 0, failed: 0 };
const say = (text: string) => process.stdout.write(`${text}\n`);

for (const file of ['README.md', 'CONTRIBUTING.md'].filter(asked))
  await inSandbox((sandbox) => sandbox.addPhoto(), [file]);
await runGuides();
for (const file of list('man', /\.[157]$/).filter(asked))
  await inSandbox((sandbox) => sandbox.furnish(), [file]);
if (count.ran === 0) count.failed++;
say(`${count.ran} examples ran, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 ? 1 : 0;

/** The pages of docs/ in one sandbox: the guides use the files that the tour has made, so the tour comes first. */
async function runGuides(): Promise<void> {
  const tour = 'docs/tour.md';
  const guides = list('docs', /\.md$/).filter((file) => file !== tour && asked(file));
  if (guides.length > 0 || asked(tour)) await inSandbox(async () => {}, [tour, ...guides]);
}

async function inSandbox(
  prepare: (sandbox: Sandbox) => Promise<void>,
  files: readonly string[],
): Promise<void> {
  const texts = files
    .map((file) => ({ file, text: readFileSync(join(paths.root, file), 'utf8') }))
    .map((it) => ({ ...it, examples: examplesOf(it.file, it.text) }))
    .filter(({ examples }) => examples.length > 0);
  if (texts.length === 0) return;
  const sandbox = new Sandbox();
  try {
    await prepare(sandbox);
    for (const { file, text, examples } of texts) {
      const printed = new Map<Step, string>();
      for (const example of examples)
        await runExample(`${file}:${example.line}`, example, sandbox, printed);
      if (update && file.endsWith('.md'))
        writeFileSync(join(paths.root, file), withOutput(text, printed));
    }
  } finally {
    sandbox.remove();
  }
}

function examplesOf(file: string, text: string): Example[] {
  return file.endsWith('.md') ? markdownExamples(text) : pageExamples(text);
}

async function runExample(
  where: string,
  { steps, skip, varies }: Example,
  sandbox: Sandbox,
  printed: Map<Step, string>,
): Promise<void> {
  const why = skip ?? steps.map(({ script }) => lacking(script)).find(Boolean);
  if (why) {
    count.skipped++;
    say(`SKIPPED: ${where}: ${why}`);
    return;
  }
  count.ran++;
  for (const step of steps) {
    const { status, stdout, stderr } = await sandbox.run(step.script);
    const text = stdout.toString('utf8').trimEnd();
    printed.set(step, text);
    const same = step.shown === undefined || varies || update || matches(text, step.shown);
    if (status === 0 && same) continue;
    count.failed++;
    say(`FAIL ${where}: status ${status}\n${step.script}\n${stderr}`);
    if (!same) say(`it printed:\n${text}\nwhere this is shown:\n${step.shown}`);
    return;
  }
  say(`ok   ${where}`);
}

/** What an example needs that this machine does not have, in words. */
function lacking(script: string): string | undefined {
  for (const tool of ['jq', 'python3', 'fish', 'zsh', 'parallel', 'sqlite3']) {
    if (
      new RegExp(`(^|[|;(\\n]|then|do)\\s*${tool}\\b`).test(script) &&
      !works(`command -v ${tool}`)
    )
      return `no ${tool} here`;
  }
  for (const [, name] of script.matchAll(/\bimport (?:json, )?(numpy|onnx|onnxruntime)\b/g)) {
    if (script.includes('python3') && !works(`python3 -c 'import ${name}'`))
      return `no Python package ${name} here`;
  }
  return undefined;
}

function works(command: string): boolean {
  return spawnSync('bash', ['-c', command], { stdio: 'ignore' }).status === 0;
}

/** Whether a text is as shown, to within the last digits; a line `…` in what is shown stands for any lines. */
function matches(text: string, shown: string): boolean {
  const parts = shown.split(/^…$/m).map((part) => part.trim());
  if (parts.length === 1) return sameText(text, parts[0]!, 1e-4);
  const lines = text.split('\n');
  let from = 0;
  for (const part of parts.filter(Boolean)) {
    const size = part.split('\n').length;
    while (from + size <= lines.length) {
      if (
        sameText(
          lines
            .slice(from, from + size)
            .join('\n')
            .trim(),
          part,
          1e-4,
        )
      )
        break;
      from++;
    }
    if (from + size > lines.length) return false;
    from += size;
  }
  return true;
}

function withOutput(text: string, printed: ReadonlyMap<Step, string>): string {
  const lines = text.split('\n');
  const steps = [...printed].filter(([{ at, shown }]) => at && !shown?.includes('…'));
  for (const [{ at }, output] of steps.reverse()) {
    const [from, to] = at!;
    lines.splice(from, to - from, ...output.split('\n'));
  }
  return lines.join('\n');
}
