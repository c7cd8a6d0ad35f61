/** fmnist-watch: monitoring of a service against its objectives, with burn rates and alerts. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { chooseFormat } from '../cli/format.js';
import { outputOption, reportFormatText } from '../cli/shared-options.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, UsageError } from '../core/errors.js';
import { version } from '../core/version.js';
import { readSmallFile } from '../io/input.js';
import { withOutput } from '../io/output.js';
import { encodeRecord } from '../ndjson/encode.js';
import { durationOf } from '../watch/durations.js';
import { errorReason } from '../watch/error-reason.js';
import { readWatchRules } from '../watch/read-rules.js';

const formats = ['text', 'ndjson'] as const;

const options = {
  metrics: {
    type: 'string',
    placeholder: 'URL',
    describe: 'look at the metrics of this service too',
  },
  interval: {
    type: 'string',
    default: '15s',
    placeholder: 'TIME',
    describe: 'time between looks at the metrics',
  },
  follow: { type: 'flag', describe: 'read on as the log grows, until interrupted' },
  state: {
    type: 'string',
    placeholder: 'FILE',
    describe: 'keep the alerts sent in FILE, so that a restart sends none twice',
  },
  tries: {
    type: 'integer',
    min: 1,
    max: 20,
    default: 5,
    placeholder: 'N',
    describe: 'tries to hand an alert over',
  },
  prometheus: { type: 'flag', describe: 'write the same rules for Prometheus, and end' },
  grafana: { type: 'flag', describe: 'write a dashboard for Grafana, and end' },
  example: { type: 'flag', describe: 'write rules to begin with, and end' },
  try: { type: 'flag', describe: 'send a test alert to every receiver in the rules, and exit' },
  format: { type: 'choice', choices: formats, describe: reportFormatText },
  output: outputOption,
} as const;

export default defineCommand(
  {
    name: 'watch',
    summary: 'check a service against its objectives, and send alerts',
    operands: '[RULES] [LOG ...]',
    maxOperands: Number.MAX_SAFE_INTEGER,
    options,
    examples: [
      {
        command: 'fmnist-watch --example > rules.json',
        describe: 'rules to begin with',
      },
      {
        command: 'fmnist-watch rules.json served.ndjson || echo objectives are missed',
        describe: 'judge a log, as it stands',
      },
      {
        command:
          'fmnist-watch --follow --metrics http://127.0.0.1:8080 --state watch.json rules.json served.ndjson',
        describe: 'watch a service, and send alerts to the receivers in the rules',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main(args: Args, io: CommandIo): Promise<number> {
  const { operands, options, argv } = args;
  const { output } = options;
  if (options.example) {
    const { exampleRules } = await import('../watch/example.js');
    return writeText(io, output, exampleRules);
  }
  const [file, ...named] = operands;
  if (file === undefined)
    throw new UsageError('no rules are named; a file was expected (--example writes one)');
  const rules = readWatchRules((await readSmallFile(io, file, 1 << 20)).toString('utf8'), file);
  if (options.prometheus || options.grafana) {
    const { checkBuckets } = await import('../watch/signals.js');
    checkBuckets(rules, file);
  }
  if (options.prometheus) {
    const { prometheusRules } = await import('../watch/prometheus.js');
    return writeText(io, output, prometheusRules(rules));
  }
  if (options.grafana) {
    const { grafanaDashboard } = await import('../watch/grafana.js');
    return writeText(io, output, grafanaDashboard(rules));
  }
  if (options.try) return tryChannels(rules, io);
  checkOptions(args);
  const format = chooseFormat(io, { ...options, formats });
  const [{ Session }, { alertText, standingText }, { metricsUrl }] = await Promise.all([
    import('../watch/session.js'),
    import('../watch/report.js'),
    import('../watch/scraper.js'),
  ]);
  const metrics = options.metrics === undefined ? undefined : metricsUrl(options.metrics);
  const logs = named.length > 0 || metrics !== undefined ? named : ['-'];
  return withOutput(io, output, async (sink) => {
    if (format === 'ndjson')
      await sink.write(
        encodeRecord({ type: 'run', program: io.program, version: version(), argv }),
      );
    const session = await Session.open(
      io,
      {
        rules,
        logs,
        metrics,
        interval: durationOf(options.interval)!,
        follow: options.follow,
        state: options.state,
        tries: options.tries,
        pause: 1000,
        writeAlert: format === 'text' ? alertText : encodeRecord,
      },
      sink,
    );
    const { alerts, standing, untold } = await session.run();
    await sink.write(
      format === 'text' ? standingText(standing) : standing.map(encodeRecord).join(''),
    );
    if (untold > 0) return exitStatus.trouble;
    return alerts > 0 || standing.some(({ firing }) => firing) ? exitStatus.no : exitStatus.fine;
  });
}

function checkOptions({ operands, options }: Args): void {
  const { follow, interval, metrics } = options;
  if (durationOf(interval) === undefined)
    throw new UsageError(`--interval: '${interval}' is no time such as 15s or 1m`);
  if (follow && (operands.length > 2 || operands[1] === '-'))
    throw new UsageError('--follow takes one log; a pipe is read as it comes without it');
  if (follow && operands.length === 1 && metrics === undefined)
    throw new UsageError('--follow takes a log, or --metrics');
}

async function writeText(io: CommandIo, output: string | undefined, text: string): Promise<number> {
  await withOutput(io, output, (sink) => sink.write(text));
  return exitStatus.fine;
}

async function tryChannels({ notify: channels }: ReturnType<typeof readWatchRules>, io: CommandIo) {
  const [{ channelName, notify }, { warn, info }] = await Promise.all([
    import('../watch/notify/channels.js'),
    import('../cli/messages.js'),
  ]);
  if (channels.length === 0) throw new UsageError('--try: the rules name nobody to notify');
  const now = new Date().toISOString();
  let failed = 0;
  for (const channel of channels)
    try {
      await notify(channel, {
        type: 'alert',
        state: 'firing',
        objective: 'try',
        kind: 'drift',
        severity: 'test',
        time: now,
        since: now,
        message: 'this is a test, and nothing is wrong',
      });
      info(io, `${channelName(channel)}: told`);
    } catch (error) {
      failed++;
      warn(io, `${channelName(channel)}: ${errorReason(error)}`);
    }
  return failed > 0 ? exitStatus.trouble : exitStatus.fine;
}
