/** Model routes: the models in service, and their classes. */

import type { HostedModel } from '../inference/hosted-model.js';
import { queryText } from '../query.js';
import type { ServeContext, ServeRoute } from '../route.js';

export function modelRoutes({ registry }: ServeContext): ServeRoute[] {
  return [
    {
      method: 'GET',
      url: '/v1/models',
      access: 'predict',
      text: {
        summary: 'The models in service; the first answers where none is named',
        answer: { 'application/json': '{"models": [{"name", "version", "ready", …}]}' },
      },
      handler: () => ({ models: registry.models.map(summary) }),
    },
    {
      method: 'GET',
      url: '/v1/models/:name',
      access: 'predict',
      text: {
        summary: 'What is known of a model: input, classes, recipe, lineage, training',
        answer: { 'application/json': 'as in /v1/models, and all that the model file says' },
      },
      handler: (request) => {
        const model = registry.get((request.params as { readonly name: string }).name);
        const { normalization, spec, adopted, tta, recipe, lineage, members, training } =
          model.info;
        const own = { normalization, spec, adopted, tta, recipe, lineage, members, training };
        return { ...summary(model), ...own };
      },
    },
    {
      method: 'GET',
      url: '/classes',
      access: 'predict',
      text: {
        summary: 'The classes a model tells apart',
        query: { model: 'the model, by name' },
        answer: { 'application/json': '{"model", "classes": [{"label", "name"}]}' },
      },
      handler: (request) => {
        const { name, info } = registry.get(queryText(request, 'model'));
        return { model: name, classes: classesOf(info) };
      },
    },
  ];
}

function summary(model: HostedModel) {
  const { name, version, ready, info, loaded } = model;
  return {
    name,
    version,
    digest: info.digest,
    ready,
    loaded: loaded.toISOString(),
    rows: info.rows,
    columns: info.columns,
    classes: classesOf(info),
    ...(info.dataset === undefined ? {} : { dataset: info.dataset }),
    ...(info.synthetic ? { synthetic: true } : {}),
  };
}

function classesOf({ classes: { labels, names } }: HostedModel['info']) {
  return labels.map((label, i) => ({ label, name: names[i] }));
}
