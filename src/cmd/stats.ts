/** fmnist-stats: profile of a set of images in one pass, partial results that merge exactly, and checks by rules. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { chooseFormat } from '../cli/format.js';
import { info, openProgress, warn } from '../cli/messages.js';
import { outputOption, reportFormatText } from '../cli/shared-options.js';
import { outputWidth } from '../cli/terminal-size.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, OperationalError, UsageError } from '../core/errors.js';
import { openSet } from '../idx/set-reader.js';
import { openInput, readSmallFile } from '../io/input.js';
import { withOutput } from '../io/output.js';
import { encodeRecord } from '../ndjson/encode.js';
import { renderReport, runRecord } from '../picture/report-formats.js';
import { checkRule } from '../profile/check.js';
import { Gathering } from '../profile/gather.js';
import { type StatisticsReport, statisticsParts } from '../profile/report/write.js';
import { type Rule, readDataRules } from '../profile/rules.js';

const formats = ['text', 'ndjson', 'html', 'svg', 'png'] as const;

const options = {
  partial: { type: 'flag', describe: 'write a partial result, for --merge to add to others' },
  merge: { type: 'flag', describe: 'read partial results instead of images, and add them up' },
  check: {
    type: 'file',
    placeholder: 'RULES',
    describe: 'hold the set against the rules in a JSON file; exit with status 3 if it breaks one',
  },
  findings: {
    type: 'integer',
    min: 0,
    max: 1000,
    default: 20,
    placeholder: 'N',
    describe: 'name the first N images of each kind that stands out',
  },
  format: {
    type: 'choice',
    choices: formats,
    describe: reportFormatText,
  },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'stats',
    summary: 'describe a set of images in one pass, and check it',
    operands: '[FILE ...]',
    maxOperands: Number.MAX_SAFE_INTEGER,
    options,
    examples: [
      {
        command: 'fmnist-fetch train | fmnist-stats',
        describe: 'classes, pixels, brightness, duplicates; at a terminal with bars and pictures',
      },
      {
        command: 'fmnist-stats -o stats.html train.idx',
        describe: 'the same as a page',
      },
      {
        command: 'fmnist-stats --check rules.json train.idx || exit',
        describe: 'stop where the data are not what they should be',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main(args: Args, io: CommandIo): Promise<number> {
  const { partial, check, format: asked, output } = args.options;
  if (partial && check !== undefined) throw new UsageError('give either --partial or --check');
  if (partial && asked !== undefined && asked !== 'ndjson')
    throw new UsageError(`--partial writes ndjson, not ${asked}`);
  const format = chooseFormat(io, { ...args.options, formats });
  if (check !== undefined && format !== 'text' && format !== 'ndjson')
    throw new UsageError(`--check writes text or ndjson, not ${format}`);
  if (check === '-' && (args.operands.length === 0 || args.operands.includes('-')))
    throw new UsageError('rules and images cannot both come from standard input');
  const rules = check === undefined ? undefined : await readRulesIn(check, io);
  const gathering = await gather(args, io);
  if (partial) {
    await writePartial(gathering, args, io);
    return exitStatus.fine;
  }
  const summary = gathering.summary();
  if (!summary.duplicates)
    warn(io, `${summary.images} images are too many to remember; duplicates were not looked for`);
  const results = rules?.map((rule) => checkRule(rule, summary, args.options.findings));
  const { findings } = args.options;
  const report: StatisticsReport = { summary, findings, ...(results ? { rules: results } : {}) };
  const width = outputWidth(io);
  const run = { synthetic: summary.facts.synthetic };
  const rendered = await renderReport(io, format, statisticsParts(report), {
    width,
    argv: args.argv,
    run,
    output,
  });
  await withOutput(io, output, (sink) => sink.write(rendered));
  const failed = results?.filter(({ passed }) => !passed) ?? [];
  if (failed.length > 0 && format === 'ndjson')
    info(io, `${failed.length} of ${results?.length} rules broken`);
  return failed.length > 0 ? exitStatus.no : exitStatus.fine;
}

/** Counts every input, images or partial results, as one set. */
async function gather({ operands, options: { merge } }: Args, io: CommandIo): Promise<Gathering> {
  const gathering = new Gathering();
  for (const name of operands.length > 0 ? operands : ['-']) {
    const reader = await openInput(io, name);
    if (merge) {
      await gathering.addPartials(reader);
      continue;
    }
    const set = await openSet(reader, { labels: 'optional' });
    const progress = await openProgress(io, { total: set.images.count, unit: 'images' });
    try {
      await gathering.addSet(set, (images) => progress.update(images));
    } finally {
      progress.stop();
    }
  }
  return gathering;
}

async function readRulesIn(name: string, io: CommandIo): Promise<Rule[]> {
  const text = (await readSmallFile(io, name)).toString('utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new OperationalError(name, 'is not JSON; an object with a list of rules was expected', {
      cause: error,
    });
  }
  try {
    return readDataRules(parsed);
  } catch (error) {
    throw new OperationalError(name, (error as Error).message, { cause: error });
  }
}

async function writePartial(gathering: Gathering, { argv, options }: Args, io: CommandIo) {
  await withOutput(io, options.output, async (sink) => {
    await sink.write(encodeRecord(runRecord(io, argv)));
    for (const record of gathering.partial()) await sink.write(encodeRecord(record));
  });
}
