/** Outputs of an inference response, in JSON or with their bytes behind it. */

import { float32Text } from '../../ndjson/float-text.js';
import type { HostedModel } from '../inference/hosted-model.js';
import type { PredictedPart } from '../prediction-event.js';
import { RequestError } from '../request-error.js';
import { joinByteStrings } from './datatypes.js';
import type { AskedOutput, InferRequest } from './request.js';

/** Every output a model has; -1 stands for the number of images. */
export function outputsOf(classes: number) {
  return [
    { name: 'label', datatype: 'INT64', shape: [-1] },
    { name: 'class', datatype: 'BYTES', shape: [-1] },
    { name: 'confidence', datatype: 'FP32', shape: [-1] },
    { name: 'probabilities', datatype: 'FP32', shape: [-1, classes] },
    { name: 'logits', datatype: 'FP32', shape: [-1, classes] },
  ] as const;
}

interface Tensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  /** The values, as JSON has them. */
  readonly json: () => string;
  readonly bytes: () => Buffer;
}

export interface InferAnswer {
  /** [bytes]. */
  readonly body: Buffer;
  /** Length of the JSON in front, where bytes follow it. */
  readonly headerLength: number | undefined;
}

/** RequestError 400 where an output is asked for that there is none of: to be called before anything is predicted too, with no parts. */
export function askedOutputs(request: InferRequest, classes: number): readonly AskedOutput[] {
  const known = outputsOf(classes).map(({ name }) => name);
  for (const { name, classification } of request.outputs) {
    if (!known.some((output) => output === name))
      throw new RequestError(
        400,
        `there is no output '${name.slice(0, 40)}'; there is ${known.join(', ')}`,
      );
    if (classification !== undefined && name !== 'probabilities' && name !== 'logits')
      throw new RequestError(400, `output '${name}' is nothing to classify by; probabilities is`);
  }
  if (request.outputs.length > 0) return request.outputs;
  return known.map((name) => ({ name, binary: request.binary, classification: undefined }));
}

export function inferAnswer(
  model: HostedModel,
  { id }: InferRequest,
  asked: readonly AskedOutput[],
  parts: readonly PredictedPart[],
): InferAnswer {
  const tensors = asked.map((output) => ({ ...output, tensor: tensorOf(model, output, parts) }));
  const tails: Buffer[] = [];
  const outputs = tensors.map(({ binary, tensor }) => {
    const head = `{"name":"${tensor.name}","datatype":"${tensor.datatype}","shape":[${tensor.shape.join(',')}]`;
    if (!binary) return `${head},"data":[${tensor.json()}]}`;
    const bytes = tensor.bytes();
    tails.push(bytes);
    return `${head},"parameters":{"binary_data_size":${bytes.length}}}`;
  });
  const named = `"model_name":${JSON.stringify(model.name)},"model_version":"${model.version}"`;
  const own = id === undefined ? '' : `,"id":${JSON.stringify(id)}`;
  const json = Buffer.from(`{${named}${own},"outputs":[${outputs.join(',')}]}`);
  return {
    body: tails.length > 0 ? Buffer.concat([json, ...tails]) : json,
    headerLength: tails.length > 0 ? json.length : undefined,
  };
}

function tensorOf(
  { info: { classes } }: HostedModel,
  { name, classification }: AskedOutput,
  parts: readonly PredictedPart[],
): Tensor {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const wide = classes.labels.length;
  const best = parts.flatMap((part) => part.best);
  if (name === 'label') return labels(best.map((b) => classes.labels[b]!));
  if (name === 'class')
    return texts(
      name,
      [count],
      best.map((b) => classes.names[b] ?? ''),
    );
  if (name === 'confidence') {
    const values = parts.flatMap((part) =>
      part.best.map((b, i) => part.probabilities[i * wide + b]!),
    );
    return floats(name, [count], Float32Array.from(values));
  }
  const values = new Float32Array(count * wide);
  for (const part of parts)
    values.set(name === 'logits' ? part.logits : part.probabilities, part.start * wide);
  if (classification === undefined) return floats(name, [count, wide], values);
  const most = Math.min(classification, wide);
  const ranked = Array.from({ length: count }, (_, i) => {
    const row = values.subarray(i * wide, (i + 1) * wide);
    return [...row.keys()]
      .sort((a, b) => row[b]! - row[a]! || a - b)
      .slice(0, most)
      .map((c) => `${float32Text(row[c]!)}:${c}:${classes.names[c]}`);
  });
  return texts(name, [count, most], ranked.flat());
}

function floats(name: string, shape: readonly number[], values: Float32Array): Tensor {
  return {
    name,
    shape,
    datatype: 'FP32',
    json: () => Array.from(values, float32Text).join(','),
    // This machine's order of bytes is the protocol's: Node runs on no other today.
    bytes: () => Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  };
}

function labels(values: readonly number[]): Tensor {
  return {
    name: 'label',
    shape: [values.length],
    datatype: 'INT64',
    json: () => values.join(','),
    bytes: () => Buffer.from(BigInt64Array.from(values, BigInt).buffer),
  };
}

function texts(name: string, shape: readonly number[], values: readonly string[]): Tensor {
  return {
    name,
    shape,
    datatype: 'BYTES',
    json: () => values.map((text) => JSON.stringify(text)).join(','),
    bytes: () => joinByteStrings(values),
  };
}
