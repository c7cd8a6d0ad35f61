/** Administration: for those with an admin token only. */

import { queryText } from '../query.js';
import { RequestError } from '../request-error.js';
import type { ServeContext, ServeRoute } from '../route.js';

export function adminRoutes({ registry, log }: ServeContext): ServeRoute[] {
  return [
    {
      method: 'POST',
      url: '/v1/admin/reload',
      access: 'admin',
      text: {
        summary: 'Read model files again; replaced without a dropped request, kept where they fail',
        query: { model: 'only this model' },
        answer: {
          'application/json': '{"results": [{"model", "result", "version"}]}; 409 where one failed',
        },
      },
      handler: async (request, reply) => {
        const name = queryText(request, 'model');
        if (name !== undefined && !registry.sources.some((source) => source.name === name))
          throw new RequestError(404, `no model is called '${name.slice(0, 64)}'`);
        // As SIGHUP does: who hands over a model may have moved the log away.
        await log?.reopen();
        const results = await registry.reload(name);
        const failed = results.filter(({ result }) => result === 'failed');
        if (failed.length === 0) return { results };
        const error = failed.map((one) => `${one.model} stays as it was: ${one.error}`).join('; ');
        return reply.code(409).send({ error, results });
      },
    },
  ];
}
