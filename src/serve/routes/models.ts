/** Model routes: the models in service, and their classes. */

import type { HostedModel } from '../inference/hosted-model.js';
import { inputName } from '../oip/request.js';
import { signatureName } from '../oip/v1-request.js';
import { queryText } from '../query.js';
import type { ServeContext, ServeRoute } from '../route.js';
import { modelOf } from './model-of.js';

export function modelRoutes(context: ServeContext): ServeRoute[] {
  const { registry } = context;
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
        answer: {
          'application/json':
            'as in /v1/models, and all that the model file says; "model_version_status" is what TensorFlow Serving has',
        },
      },
      handler: (request) => {
        const model = modelOf(context, request);
        const { normalization, spec, adopted, tta, recipe, lineage, members, training } =
          model.info;
        const own = { normalization, spec, adopted, tta, recipe, lineage, members, training };
        return { ...summary(model), ...own, ...statusOf(model) };
      },
    },
    {
      method: 'GET',
      url: '/v1/models/:name/versions/:version',
      access: 'predict',
      text: {
        summary: 'TensorFlow Serving: the status of a version of a model',
        answer: {
          'application/json': '{"model_version_status": [{"version", "state", "status"}]}',
        },
      },
      handler: (request) => statusOf(modelOf(context, request)),
    },
    {
      method: 'GET',
      url: '/v1/models/:name/metadata',
      access: 'predict',
      text: {
        summary: 'TensorFlow Serving: the input and the output of :predict',
        answer: { 'application/json': '{"model_spec", "metadata": {"signature_def"}}' },
      },
      handler: (request) => signatureOf(modelOf(context, request)),
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

/** GetModelStatusResponse of TensorFlow Serving. */
function statusOf({ version, ready }: HostedModel) {
  const state = ready ? 'AVAILABLE' : 'UNLOADING';
  const status = { error_code: 'OK', error_message: '' };
  return { model_version_status: [{ version, state, status }] };
}

/** GetModelMetadataResponse of TensorFlow Serving. */
function signatureOf({ name, version, info }: HostedModel) {
  const tensor = (called: string, dtype: string, sizes: readonly number[]) => ({
    [called]: {
      name: called,
      dtype,
      tensor_shape: {
        dim: [-1, ...sizes].map((size) => ({ size: String(size), name: '' })),
        unknown_rank: false,
      },
    },
  });
  const signature = {
    inputs: tensor(inputName, 'DT_UINT8', [info.rows, info.columns]),
    outputs: tensor('probabilities', 'DT_FLOAT', [info.classes.labels.length]),
    method_name: 'tensorflow/serving/predict',
  };
  return {
    model_spec: { name, signature_name: '', version },
    metadata: { signature_def: { signature_def: { [signatureName]: signature } } },
  };
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
