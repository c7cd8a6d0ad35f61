/**
 * A prediction request of TensorFlow Serving's REST API, which is KServe's protocol V1 too: `instances`, one image an
 * item, or `inputs`, the tensor as a whole. https://www.tensorflow.org/tfx/serving/api_rest#predict_api
 */

import { isObject } from '../../core/json.js';
import { described, parseJson } from '../intake/json-images.js';
import { RequestError } from '../request-error.js';
import { type InputTensor, inputName } from './request.js';
import { nestedShape } from './tensor-data.js';

export interface V1Request {
  readonly input: InputTensor;
  /** The field that the answer has: rows go with rows, columns with columns. */
  readonly answer: 'predictions' | 'outputs';
}

/** The one signature that a model has. */
export const signatureName = 'serving_default';

/** Lists nested deeper are no images. */
const deepest = 4;

/** RequestError 400 says what is wrong. */
export function readV1Request(body: Buffer): V1Request {
  const request = parseJson(body, 'the request');
  if (!isObject(request))
    throw fault(`the request is ${described(request)}; a JSON object was expected`);
  const { instances, inputs, signature_name: signature = signatureName } = request;
  if (signature !== signatureName && signature !== '')
    throw fault(`there is no signature ${described(signature)}; there is '${signatureName}'`);
  if ((instances === undefined) === (inputs === undefined))
    throw fault(
      `the request has ${instances === undefined ? 'none' : 'both'} of 'instances' and 'inputs'; one was expected`,
    );
  if (instances !== undefined)
    return { input: tensorOf(rowsOf(instances), "'instances'"), answer: 'predictions' };
  const tensor = isObject(inputs) ? only(inputs, "'inputs'") : inputs;
  return { input: tensorOf(listOf(tensor, "'inputs'"), "'inputs'"), answer: 'outputs' };
}

/** Rows, where they are objects `{"image": …}` what is under the name of the input. */
function rowsOf(instances: unknown): readonly unknown[] {
  return listOf(instances, "'instances'").map((row, i) =>
    isObject(row) && !('b64' in row) ? only(row, `'instances'[${i}]`) : row,
  );
}

function only(named: Readonly<Record<string, unknown>>, where: string): unknown {
  const names = Object.keys(named);
  if (names.length !== 1 || names[0] !== inputName)
    throw fault(
      `${where} names ${names.length === 0 ? 'no input' : described(names.join(', '))}; '${inputName}' was expected`,
    );
  return named[inputName];
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0)
    throw fault(`${where} is ${described(value)}; a list of images was expected`);
  return value;
}

/** Texts, and `{"b64": …}`, are picture files; else the tensor has the shape of its lists. */
function tensorOf(list: readonly unknown[], called: string): InputTensor {
  const common = { batched: true, called };
  const [first] = list;
  if (typeof first === 'string' || isObject(first)) {
    const data = list.map((item) => (isObject(item) ? item.b64 : item));
    return { ...common, datatype: 'BYTES', shape: [list.length], data };
  }
  const shape = nestedShape(list);
  if (shape.length > deepest)
    throw fault(`${called} is lists nested ${shape.length} deep; images were expected`);
  return { ...common, datatype: 'UINT8', shape, data: list };
}

const fault = (message: string) => new RequestError(400, message);
