/** fmnist-report: report on a pipeline's folder on one page, with the digests that link data, model and evaluation. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { chooseFormat } from '../cli/format.js';
import { openProgress } from '../cli/messages.js';
import { modelOptions, outputOption, reportFormatText, seedOption } from '../cli/shared-options.js';
import { outputWidth } from '../cli/terminal-size.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus } from '../core/errors.js';
import { withOutput } from '../io/output.js';
import { renderReport } from '../picture/report-formats.js';
import { folderParts, readFolder } from '../report/report.js';

const formats = ['text', 'ndjson', 'html'] as const;

const options = {
  robustness: {
    type: 'integer',
    min: 1,
    max: 1_000_000,
    placeholder: 'N',
    describe: 'measure how the model stands corruption, on the first N test images',
  },
  threads: modelOptions.threads,
  engine: modelOptions.engine,
  seed: seedOption,
  format: { type: 'choice', choices: formats, describe: reportFormatText },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'report',
    summary: 'report a pipeline on one page: data, model, drift, lineage',
    operands: '[FOLDER]',
    maxOperands: 1,
    options,
    examples: [
      {
        command: 'fmnist-report -o report.html build',
        describe: 'the page, which needs no other file',
      },
      {
        command: 'fmnist-report --robustness 500 -o report.html build',
        describe: 'with every kind of corruption in five severities',
      },
      {
        command: 'fmnist-report build',
        describe: 'at a terminal: a line a part, and what belongs together',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main({ operands, options, argv }: Args, io: CommandIo): Promise<number> {
  const { robustness: images, threads, engine, seed, output } = options;
  const format = chooseFormat(io, { ...options, formats });
  const progress =
    images === undefined ? undefined : await openProgress(io, { total: 1, unit: 'kinds' });
  const robustness =
    images === undefined
      ? undefined
      : {
          images,
          threads,
          engine,
          seed,
          onProgress: (done: number, of: number) => progress?.update(done / of),
        };
  const report = await readFolder(io, operands[0] ?? 'build', { robustness }).finally(() =>
    progress?.stop(),
  );
  const rendered = await renderReport(io, format, folderParts(report), {
    argv,
    run: { seed: images === undefined ? undefined : seed, synthetic: report.synthetic },
    width: outputWidth(io),
    output,
  });
  await withOutput(io, output, (sink) => sink.write(rendered));
  const wrong = report.claims.filter(({ passed }) => !passed);
  if (format !== 'text')
    for (const { claim } of wrong) io.stderr.write(`${io.program}: it is not so that ${claim}\n`);
  return wrong.length > 0 ? exitStatus.no : exitStatus.fine;
}
