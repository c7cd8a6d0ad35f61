/**
 * An inference request of the Open Inference Protocol v2: JSON, or JSON followed by the tensors' bytes (the binary
 * tensor data extension), where the header Inference-Header-Content-Length says how long the JSON is.
 * https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */

import { isObject } from '../../core/json.js';
import { described, parseJson } from '../intake/json-images.js';
import { RequestError } from '../request-error.js';

/** The one input: as numbers or texts, or as bytes. */
export interface InputTensor {
  readonly datatype: string;
  readonly shape: readonly number[];
  /** Values of [shape]: lists as JSON has them, flat or nested, or [bytes]. */
  readonly data: readonly unknown[] | Buffer;
  /** Whether the first dimension counts images, of one image too. */
  readonly batched: boolean;
  /** Name of the input in messages. */
  readonly called: string;
}

export interface AskedOutput {
  readonly name: string;
  readonly binary: boolean;
  /** Asked for the so many most probable classes in place of the tensor. */
  readonly classification: number | undefined;
}

export interface InferRequest {
  readonly id: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly input: InputTensor;
  /** None: all of them, in bytes where `binary` is set. */
  readonly outputs: readonly AskedOutput[];
  readonly binary: boolean;
}

/** The name of a model's input. */
export const inputName = 'image';

/** RequestError 400 says what is wrong. `headerLength` is what the header says, where it is there. */
export function readInferRequest(body: Buffer, headerLength: string | undefined): InferRequest {
  const split = headerLength === undefined ? body.length : jsonLength(headerLength, body.length);
  const request = parseJson(body.subarray(0, split), 'the inference request');
  if (!isObject(request))
    throw fault(`the inference request is ${described(request)}; a JSON object was expected`);
  const { id, parameters = {}, inputs, outputs = [] } = request;
  if (id !== undefined && typeof id !== 'string')
    throw fault(`'id' is ${described(id)}; a text was expected`);
  if (!isObject(parameters))
    throw fault(`'parameters' is ${described(parameters)}; an object was expected`);
  if (!Array.isArray(inputs) || inputs.length !== 1)
    throw fault(
      `'inputs' is ${described(inputs)}; a list of one tensor, '${inputName}', was expected`,
    );
  if (!Array.isArray(outputs))
    throw fault(`'outputs' is ${described(outputs)}; a list was expected`);
  const binary = flagOf(parameters, 'binary_data_output', 'the inference request') ?? false;
  return {
    id,
    parameters,
    input: readInput(inputs[0], body.subarray(split)),
    outputs: outputs.map((output) => readOutput(output, binary)),
    binary,
  };
}

function jsonLength(text: string, most: number): number {
  const length = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(length <= most))
    throw fault(
      `Inference-Header-Content-Length is '${text.slice(0, 40)}'; at most the ${most} bytes of the body were expected`,
    );
  return length;
}

function readInput(input: unknown, rest: Buffer): InputTensor {
  if (!isObject(input)) throw fault(`'inputs' holds ${described(input)}; a tensor was expected`);
  const { name, datatype, shape, parameters = {}, data } = input;
  if (name !== inputName)
    throw fault(`the input is called ${described(name)}; '${inputName}' was expected`);
  if (typeof datatype !== 'string')
    throw fault(`input '${inputName}': 'datatype' is ${described(datatype)}; a text was expected`);
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size > 0))
    throw fault(`input '${inputName}': 'shape' is no list of whole numbers from 1`);
  if (!isObject(parameters))
    throw fault(
      `input '${inputName}': 'parameters' is ${described(parameters)}; an object was expected`,
    );
  const common = { datatype, shape, batched: false, called: `input '${inputName}'` };
  const { binary_data_size: size } = parameters;
  if (size === undefined) {
    if (!Array.isArray(data))
      throw fault(
        `input '${inputName}': 'data' is ${described(data)}; a list, or 'binary_data_size' among its parameters, was expected`,
      );
    if (rest.length > 0)
      throw fault(`${rest.length} bytes follow the inference request, which speaks of none`);
    return { ...common, data };
  }
  if (data !== undefined) throw fault(`input '${inputName}' has both 'data' and binary data`);
  if (size !== rest.length)
    throw fault(
      `input '${inputName}': 'binary_data_size' is ${described(size)}, and ${rest.length} bytes follow the inference request`,
    );
  return { ...common, data: rest };
}

/** An output in bytes where it says so itself, or the request does of all and it says nothing. */
function readOutput(output: unknown, allBinary: boolean): AskedOutput {
  const { name, parameters = {} } = isObject(output) ? output : {};
  if (typeof name !== 'string' || !isObject(parameters))
    throw fault(`'outputs' holds ${described(output)}; objects with a 'name' were expected`);
  const { classification } = parameters;
  const binary = flagOf(parameters, 'binary_data', `output '${name.slice(0, 40)}'`) ?? allBinary;
  if (
    classification !== undefined &&
    !(Number.isInteger(classification) && Number(classification) > 0)
  )
    throw fault(
      `output '${name.slice(0, 40)}': 'classification' is ${described(classification)}; a whole number from 1 was expected`,
    );
  return { name, binary, classification: classification as number | undefined };
}

function flagOf(
  parameters: Readonly<Record<string, unknown>>,
  name: string,
  where: string,
): boolean | undefined {
  const { [name]: value } = parameters;
  if (value === undefined || typeof value === 'boolean') return value;
  throw fault(`${where}: '${name}' is ${described(value)}; true or false was expected`);
}

const fault = (message: string) => new RequestError(400, message);
