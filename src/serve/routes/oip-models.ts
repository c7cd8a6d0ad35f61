/** Models in the Open Inference Protocol: inputs and outputs, readiness, and Triton's configuration and statistics. */

import type { HostedModel } from '../inference/hosted-model.js';
import { outputsOf } from '../oip/answer.js';
import { inputName } from '../oip/request.js';
import { RequestError } from '../request-error.js';
import type { ServeContext, ServeRoute } from '../route.js';
import { modelOf } from './model-of.js';

/** The routes of a model, with its version in the path and without. */
export const ofModel = (end: string, route: (url: string) => ServeRoute): ServeRoute[] =>
  ['/v2/models/:name', '/v2/models/:name/versions/:version'].map((url) => route(url + end));

export function oipModelRoutes(context: ServeContext): ServeRoute[] {
  const get = (
    end: string,
    summary: string,
    answer: string,
    handler: (model: HostedModel) => unknown,
  ): ServeRoute[] =>
    ofModel(end, (url) => ({
      method: 'GET',
      url,
      access: 'predict',
      text: {
        summary: `Open Inference Protocol: ${summary}`,
        answer: { 'application/json': answer },
      },
      handler: (request) => handler(modelOf(context, request)),
    }));
  return [
    ...get(
      '',
      'inputs and outputs of a model',
      '{"name", "versions", "platform", "inputs", "outputs"}',
      metadataOf,
    ),
    ...get(
      '/ready',
      'whether a model can answer; 503 where not',
      '{"name", "ready": true}',
      ({ name, ready }) => {
        if (!ready || context.draining) throw new RequestError(503, `model '${name}' is not ready`);
        return { name, ready: true };
      },
    ),
    ...get(
      '/config',
      "how a model is served, as Triton's configuration says it",
      '{"name", "platform", "backend", "max_batch_size", "input", "output", "dynamic_batching", "instance_group", …}',
      configurationOf,
    ),
    ...get(
      '/stats',
      "what a model has done since it was loaded, as Triton's statistics say it",
      '{"model_stats": [{"name", "version", "last_inference", "inference_count", "execution_count", "inference_stats", "batch_stats"}]}',
      (model) => ({ model_stats: [statisticsOf(model)] }),
    ),
    {
      method: 'GET',
      url: '/v2/models/stats',
      access: 'predict',
      text: {
        summary: 'Open Inference Protocol: what all models have done',
        answer: { 'application/json': 'as for one' },
      },
      handler: () => ({ model_stats: context.registry.models.map(statisticsOf) }),
    },
  ];
}

function metadataOf({ name, version, info }: HostedModel) {
  return {
    name,
    versions: [version],
    platform: 'onnxruntime_onnx',
    inputs: [{ name: inputName, datatype: 'UINT8', shape: [-1, info.rows, info.columns] }],
    outputs: outputsOf(info.classes.labels.length),
  };
}

const statisticsOf = ({ name, version, statistics }: HostedModel) => ({
  name,
  version,
  ...statistics.snapshot(),
});

/** A datatype as Triton's configuration spells it. */
const configured = (datatype: string) => `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`;

/**
 * Triton's ModelConfig, in JSON: dimensions without that of the batch.
 * https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_configuration.md
 */
function configurationOf({ name, info, settings }: HostedModel) {
  const { rows, columns, classes } = info;
  const { batch, batchWait, workers, maxPixels, maxBody } = settings;
  return {
    name,
    platform: 'onnxruntime_onnx',
    backend: settings.engine,
    version_policy: { latest: { num_versions: 1 } },
    // What a request may hold: it is run in batches of its own.
    max_batch_size: Math.floor(Math.min(maxPixels, maxBody) / (rows * columns)),
    input: [{ name: inputName, data_type: 'TYPE_UINT8', dims: [rows, columns] }],
    output: outputsOf(classes.labels.length).map(({ name: output, datatype, shape }) => ({
      name: output,
      data_type: configured(datatype),
      dims: shape.slice(1),
    })),
    dynamic_batching: {
      preferred_batch_size: [batch],
      max_queue_delay_microseconds: Math.round(batchWait * 1000),
    },
    instance_group: [{ name, kind: 'KIND_CPU', count: workers }],
  };
}
