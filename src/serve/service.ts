/** The life of a service: it listens at once, is ready when its models are, reloads, drains, ends. */

import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { OperationalError, systemReason } from '../core/errors.js';
import type { Credentials } from './access/secrets.js';
import { type AppOptions, build } from './app.js';
import type { ModelSource } from './inference/hosted-model.js';
import { ModelRepository, type ReloadResult } from './inference/model-repository.js';
import type { PredictionLog } from './log/prediction-log.js';
import { ServeMetrics } from './metrics/serve-metrics.js';
import type { ServeContext } from './route.js';
import type { ServeSettings } from './settings.js';
import { castShadow } from './shadow.js';
import type { TrafficShare } from './traffic-split.js';

export interface ServiceOptions extends AppOptions {
  readonly models: readonly ModelSource[];
  readonly settings: ServeSettings;
  readonly shares?: readonly TrafficShare[] | undefined;
  /** The model that is asked in the shadow of the others. */
  readonly shadow?: string | undefined;
  readonly log?: PredictionLog | undefined;
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Milliseconds that requests under way are given when the service stops. */
  readonly grace: number;
}

/** Parts of a service before it listens; tests inject requests into `app`. */
export interface Assembly {
  readonly context: ServeContext;
  readonly app: FastifyInstance;
}

/** Puts the parts together. Nothing is opened: `context.registry.open()` does. */
export async function assemble(
  options: Pick<ServiceOptions, 'models' | 'settings' | 'shares' | 'shadow' | 'log'> & AppOptions,
): Promise<Assembly> {
  const metrics = new ServeMetrics();
  const registry = new ModelRepository(options.models, options.settings, metrics);
  metrics.watch(registry);
  const context: ServeContext = {
    registry,
    settings: options.settings,
    metrics,
    shares: options.shares,
    log: options.log,
    onAnswered: [],
    draining: false,
  };
  const { log, shadow } = options;
  if (log) {
    log.watch(metrics);
    context.onAnswered.push((answered) => log.note(answered));
  }
  if (shadow !== undefined) castShadow(context, shadow);
  return { context, app: await build(context, options) };
}

/** Closes what stands behind an `app` that is closed: nothing is asked any more, and the log has been written whole. */
export async function closeParts({ registry, log, metrics }: ServeContext): Promise<void> {
  await registry.close();
  await log?.close();
  metrics.close();
}

export class Service {
  private constructor(
    readonly options: ServiceOptions,
    readonly parts: Assembly,
    /** Where it listens: `http://127.0.0.1:8080`. */
    readonly url: string,
  ) {}

  /** Listens, then opens the models. OperationalError where it cannot listen, or a model cannot be opened. */
  static async start(options: ServiceOptions): Promise<Service> {
    const parts = await assemble(options);
    const { app, context } = parts;
    const { host, port } = options;
    try {
      await app.listen({ host, port });
    } catch (error) {
      throw new OperationalError(`${host}:${port}`, `cannot listen: ${systemReason(error)}`, {
        cause: error,
      });
    }
    const address = app.server.address() as AddressInfo;
    const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    const url = `${options.tls ? 'https' : 'http'}://${shown}:${address.port}`;
    const service = new Service(options, parts, url);
    try {
      await context.registry.open();
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  /** Reads the models' files again, without dropping a request, and opens the log anew. */
  async reload(name?: string): Promise<ReloadResult[]> {
    const { registry, log } = this.parts.context;
    await log?.reopen();
    return registry.reload(name);
  }

  /** New connections have these credentials from now on. */
  renew(credentials: Credentials): void {
    (this.parts.app.server as Server).setSecureContext(credentials);
  }

  /** Takes no more connections, answers what is under way (as long as `grace` lasts), and ends the workers. */
  async stop(): Promise<void> {
    const { app, context } = this.parts;
    context.draining = true;
    const hurry = setTimeout(() => app.server.closeAllConnections(), this.options.grace);
    // A connection whose answer was begun before will be kept open by its client when that has ended.
    const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
    await app.close();
    clearInterval(sweep);
    clearTimeout(hurry);
    this.options.accessLog?.flush();
    await closeParts(context);
  }
}
