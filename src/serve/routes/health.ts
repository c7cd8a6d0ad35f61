/** Health routes: liveness, readiness and metrics. */

import { version } from '../../core/version.js';
import { RequestError } from '../request-error.js';
import type { ServeContext, ServeRoute } from '../route.js';

export function healthRoutes(context: ServeContext): ServeRoute[] {
  return [
    {
      method: 'GET',
      url: '/health',
      access: 'open',
      text: {
        summary: 'Whether the process lives',
        answer: { 'application/json': '{"status": "ok", "version"}' },
      },
      handler: () => ({ status: 'ok', version: version() }),
    },
    {
      method: 'GET',
      url: '/ready',
      access: 'open',
      text: {
        summary: 'Whether every model has passed its self-test and can answer; 503 where not',
        answer: { 'application/json': '{"status": "ready", "models": [names]}' },
      },
      handler: () => {
        if (context.draining) throw new RequestError(503, 'stopping');
        if (!context.registry.ready) throw new RequestError(503, 'not ready');
        return { status: 'ready', models: context.registry.models.map(({ name }) => name) };
      },
    },
    {
      method: 'GET',
      url: '/metrics',
      access: 'open',
      text: {
        summary: 'Figures for Prometheus',
        answer: { 'text/plain': "Prometheus' text format 0.0.4" },
      },
      handler: (_request, reply) =>
        reply.type('text/plain; version=0.0.4; charset=utf-8').send(context.metrics.text()),
    },
  ];
}
