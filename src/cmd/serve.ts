/** fmnist-serve: HTTP service that answers with the predictions of models. */

import { availableParallelism } from 'node:os';
import { type Arguments, defineCommand } from '../cli/command.js';
import { info, warn } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, quoted, UsageError } from '../core/errors.js';
import { serveOptions as options } from '../serve/option-table.js';
import type { ServeSettings } from '../serve/settings.js';

export default defineCommand(
  {
    name: 'serve',
    summary: 'serve the predictions of models over HTTP',
    operands: '[[NAME=]MODEL ...]',
    maxOperands: 64,
    options,
    examples: [
      {
        command: 'fmnist-serve build/model.onnx',
        describe: 'predictions at http://127.0.0.1:8080/v1/predict',
      },
      {
        command: 'fmnist-serve --port 9000 stable=a.onnx next=b.onnx',
        describe: 'two models; ?model=next asks the second',
      },
    ],
  },
  main,
);

type Args = Arguments<typeof options>;

async function main({ operands, options }: Args, io: CommandIo): Promise<number> {
  const [{ Service }, { modelSources }, { AccessLog }, { Secrets }, access] = await Promise.all([
    import('../serve/service.js'),
    import('../serve/model-names.js'),
    import('../serve/log/access-log.js'),
    import('../serve/access/secrets.js'),
    readAccess(options),
  ]);
  const models = modelSources(
    operands.length > 0 ? operands : [io.env.FMNIST_MODEL || 'build/model.onnx'],
  );
  const secrets = await Secrets.read(
    {
      predict: options['token-file'],
      admin: options['admin-token-file'],
      tls: tlsFiles(options),
    },
    io,
  );
  const { shares, shadow } = await readRouting(
    options,
    models.map(({ name }) => name),
  );
  const log = await openLog(options, io);
  const stopped = new Promise<void>((resolve) => {
    io.onStop(resolve);
  });
  const started = performance.now();
  const service = await Service.start({
    models,
    settings: settingsOf(options),
    shares,
    shadow,
    log,
    host: options.host,
    port: options.port,
    grace: options.grace * 1000,
    guards: secrets.guards,
    ...access,
    tls: secrets.tls,
    rateLimit: options['rate-limit'],
    accessLog: io.quiet ? undefined : new AccessLog(io.stderr),
  });
  if (!access.hosts.local && !secrets.guards.predict)
    warn(io, `anybody who reaches ${options.host} may ask; --token-file keeps others out`);
  const giveBack = io.onHangup(() => {
    secrets.reread().then((faults) => {
      for (const fault of faults) warn(io, `${fault}; what was read before stays`);
      if (secrets.tls) service.renew(secrets.tls);
    });
    service.reload().then((results) => {
      for (const { model, result, version, error } of results)
        if (result === 'failed') warn(io, `${error}; ${model} stays at ${version}`);
        else info(io, `reloaded ${model}: ${result}, ${version}`);
    });
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  const names = models.map(({ name }) => name).join(', ');
  info(io, `serving ${names} at ${service.url} (ready in ${seconds} s)`);
  await stopped;
  info(io, 'stopping: answering what is under way');
  await service.stop();
  giveBack();
  return exitStatus.fine;
}

function settingsOf(options: Args['options']): ServeSettings {
  return {
    engine: options.engine,
    workers: options.workers ?? availableParallelism(),
    batch: options.batch,
    batchWait: options['batch-wait'],
    queue: options.queue,
    maxBody: options['max-body'],
    maxPixels: options['max-pixels'],
    timeout: options.timeout * 1000,
    polarity: options.polarity,
  };
}

async function readAccess(options: Args['options']) {
  const [{ HostRules }, { clientAddress }] = await Promise.all([
    import('../serve/access/hosts.js'),
    import('../serve/access/client-address.js'),
  ]);
  return {
    hosts: new HostRules(options.host, options['allow-host']),
    clientOf: clientAddress(options['trust-proxy']),
  };
}

async function readRouting({ route, shadow }: Args['options'], names: readonly string[]) {
  if (shadow !== undefined && !names.includes(shadow))
    throw new UsageError(`--shadow: no model is called ${quoted(shadow)}`);
  if (route === undefined) return { shares: undefined, shadow };
  const { parseTrafficSplit } = await import('../serve/traffic-split.js');
  try {
    return { shares: parseTrafficSplit(route, names), shadow };
  } catch (error) {
    throw new UsageError(`--route: ${(error as Error).message}`, { cause: error });
  }
}

async function openLog({ log, ...kept }: Args['options'], io: CommandIo) {
  if (log === undefined) return undefined;
  const { LineFile } = await import('../serve/log/line-file.js');
  const { PredictionLog } = await import('../serve/log/prediction-log.js');
  // Standard output may be a pipe, which a stream waits for and a file's descriptor would not.
  const write = (_descriptor: number, bytes: Buffer) =>
    new Promise<number>((resolve, reject) => {
      io.stdout.write(bytes, (error) => (error ? reject(error) : resolve(bytes.length)));
    });
  const say = (text: string) => warn(io, text);
  const file = await LineFile.open(log, log === '-' ? { say, write } : { say });
  return new PredictionLog(file, { pixels: kept['log-pixels'], features: kept['log-features'] });
}

function tlsFiles({ cert, key }: Args['options']) {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new UsageError('--cert and --key are given together or not at all');
  return { cert, key };
}
