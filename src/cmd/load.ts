/** fmnist-load: load test of a prediction service: latency, throughput and errors, with objectives. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { chooseFormat } from '../cli/format.js';
import { info, openProgress, warn } from '../cli/messages.js';
import { outputOption, reportFormatText, seedOption } from '../cli/shared-options.js';
import { outputWidth } from '../cli/terminal-size.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, OperationalError, UsageError } from '../core/errors.js';
import { openInput, readSmallFile } from '../io/input.js';
import { refuseTerminal, withOutput } from '../io/output.js';
import { arrivalKinds } from '../load/arrivals.js';
import { readPool } from '../load/image-pool.js';
import { Measurement, type Target } from '../load/measurement.js';
import { parseObjectives } from '../load/objective.js';
import { type ImagePool, makePayloads } from '../load/payloads.js';
import { loadParts } from '../load/report/write.js';
import { type LoadReport, nothingAnswered, reportOf } from '../load/report.js';
import { addressOf, serviceUrl } from '../load/service-url.js';
import { type MixPart, parseMix } from '../load/workload-mix.js';
import { renderReport } from '../picture/report-formats.js';

const formats = ['text', 'ndjson', 'svg', 'png'] as const;
const seconds = { type: 'number', placeholder: 'SECONDS', max: 86400 } as const;

const options = {
  rate: {
    type: 'number',
    min: 0.01,
    max: 100_000,
    placeholder: 'N',
    describe: 'open loop: send N requests a second, however slow the answers',
  },
  connections: {
    type: 'integer',
    min: 1,
    max: 10_000,
    placeholder: 'N',
    describe: 'connections; default 8, each asking again once answered; with --rate at most, 256',
  },
  duration: { ...seconds, min: 0.1, default: 10, describe: 'how long each service is measured' },
  ramp: { ...seconds, min: 0, default: 0, describe: 'time in which the load grows to its height' },
  warmup: { ...seconds, min: 0, default: 1, describe: 'time under load before that counts' },
  timeout: { ...seconds, min: 0.01, default: 10, describe: 'time an answer may take' },
  arrivals: {
    type: 'choice',
    choices: arrivalKinds,
    default: 'poisson',
    describe: 'with --rate: at random, as many independent clients would, or evenly',
  },
  payload: {
    type: 'string',
    placeholder: 'KIND[=WEIGHT],...',
    describe: 'what is sent: png, form, json or idx; default png, with --batch idx',
  },
  batch: {
    type: 'integer',
    min: 1,
    max: 4096,
    default: 1,
    placeholder: 'N',
    describe: 'images a request',
  },
  images: {
    type: 'integer',
    min: 1,
    max: 1_000_000,
    default: 1000,
    placeholder: 'N',
    describe: 'use the first N images of the stream, over and over',
  },
  'token-file': {
    type: 'file',
    placeholder: 'FILE',
    describe: 'send the first bearer token of FILE',
  },
  against: {
    type: 'string',
    placeholder: 'URL',
    describe: 'measure this service too, in turns with the other, and compare',
  },
  slo: {
    type: 'list',
    placeholder: 'FIGURE<BOUND,...',
    describe: "exit with status 3 where missed, as in 'p99<20ms,errors<0.1%'",
  },
  seed: seedOption,
  format: { type: 'choice', choices: formats, describe: reportFormatText },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'load',
    summary: 'load-test a prediction service: throughput, latency',
    operands: 'URL [FILE]',
    minOperands: 1,
    maxOperands: 2,
    options,
    examples: [
      {
        command: 'fmnist-fetch test | fmnist-load http://127.0.0.1:8080',
        describe: 'eight connections for ten seconds: requests a second, latency, accuracy',
      },
      {
        command:
          "fmnist-load --rate 200 --slo 'p99<20ms,errors<0.1%' http://127.0.0.1:8080 test.idx",
        describe: 'status 3 if the service misses these at 200 requests a second',
      },
      {
        command:
          'fmnist-load --against http://127.0.0.1:9000 -o load.svg http://127.0.0.1:8080 test.idx',
        describe: 'two services in turns, as a picture',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main({ operands, options, argv }: Args, io: CommandIo): Promise<number> {
  const { rate, against, output } = options;
  const [url = '', file = '-'] = operands;
  const urls = [url, ...(against === undefined ? [] : [against])].map((text) =>
    understood('', () => serviceUrl(text)),
  );
  if (options.ramp > options.duration)
    throw new UsageError(`--ramp ${options.ramp} is longer than --duration ${options.duration}`);
  const connections = options.connections ?? (rate === undefined ? 8 : 256);
  const parts = readMix(options);
  const objectives = options.slo.flatMap((text) =>
    understood('--slo: ', () => parseObjectives(text)),
  );
  const format = chooseFormat(io, { ...options, formats });
  const token = await readToken(options['token-file'], io);
  const pool = await readPool(await openInput(io, file), options.images);
  const targets = urls.map((at) => targetOf(at, parts, pool, options.batch, token));
  const progress = await openProgress(io, { total: targets.length * options.duration, unit: 's' });
  const onProgress = (done: number) => progress.update(done);
  const measurement = new Measurement(targets, { ...options, rate, connections, onProgress });
  const giveBack = io.onInterrupt(() => measurement.stop());
  const result = await measurement.run().finally(() => {
    progress.stop();
    giveBack();
  });
  if (measurement.stopped) info(io, 'interrupted; this is what was measured until then');
  const report = reportOf(result, { rate, connections }, objectives);
  for (const { record } of report.curves) {
    const trouble = nothingAnswered(record);
    if (trouble) throw new OperationalError(record.target, trouble);
  }
  const rendered = await renderReport(io, format, loadParts(report), {
    argv,
    run: { seed: options.seed },
    width: outputWidth(io),
    output,
  });
  await withOutput(io, output, async (sink) => {
    if (format === 'png') refuseTerminal(sink);
    await sink.write(rendered);
  });
  return judgeReport(report, format === 'text', io);
}

/** Prints limits and missed objectives unless the text report has them; returns the exit status of the objectives. */
function judgeReport({ generator, objectives }: LoadReport, said: boolean, io: CommandIo): number {
  const missed = objectives.filter(({ passed }) => !passed);
  if (!said) {
    for (const limit of generator.limits)
      warn(io, `the figures may be limited by ${io.program}: ${limit}`);
    for (const { objective, target } of missed) info(io, `missed ${objective} at ${target}`);
  }
  return missed.length > 0 ? exitStatus.no : exitStatus.fine;
}

function readMix({ payload, batch }: Args['options']): MixPart[] {
  const parts = understood('--payload: ', () => parseMix(payload ?? (batch > 1 ? 'idx' : 'png')));
  if (batch > 1 && parts.some(({ kind }) => kind === 'png'))
    throw new UsageError('--payload png is one image a request; form, json and idx take a --batch');
  return parts;
}

function targetOf(
  url: URL,
  parts: readonly MixPart[],
  pool: ImagePool,
  batch: number,
  token: string | undefined,
): Target {
  const payloads = parts.map((part) => ({
    ...part,
    payloads: makePayloads(pool, { kind: part.kind, batch, url, token }),
  }));
  return { name: url.href, address: addressOf(url), payloads };
}

async function readToken(name: string | undefined, io: CommandIo): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const text = (await readSmallFile(io, name, 1 << 20)).toString('utf8');
  const token = text.split('\n').find((line) => /^[\x21\x22\x24-\x7e][\x21-\x7e]*\s*$/.test(line));
  if (token === undefined)
    throw new OperationalError(name, 'holds no token; one a line was expected');
  return token.trim();
}

/** Reads an option's value; its errors become UsageErrors that name the option. */
function understood<R>(option: string, read: () => R): R {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`${option}${error.message}`, { cause: error });
  }
}
