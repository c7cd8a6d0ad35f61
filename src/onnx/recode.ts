/**
 * Recoding of a graph that another tool has written: every value and node under a new name, so that the graph can stand inside
 * another one; tensors that are kept in files of their own read in; comments, and the places in its author's source that
 * exporters write beside each node, left out. Anything else is kept as it was encoded.
 */

import { decodeEntry } from './decode.js';
import {
  messageIn,
  type ProtobufField,
  ProtobufWriter,
  protobufFields,
  textIn,
} from './protobuf.js';

/** A part of a file beside the model: the values of one tensor. */
export interface ExternalData {
  /** The file, relative to the model's folder. */
  readonly location: string;
  readonly offset: number;
  /** In bytes; undefined for all up to the end of the file. */
  readonly length: number | undefined;
}

/** The two things that are replaced. */
export interface Recoding {
  /** New name of a value or a node. */
  readonly rename: (name: string) => string;
  /** Values of a tensor. [bytes] */
  readonly external: (data: ExternalData) => Uint8Array;
}

/** Writes a field anew, or leaves it out. */
type FieldRule = (out: ProtobufWriter, field: ProtobufField, recoding: Recoding) => void;

/** Rules for the fields of a message that are not kept as they are. */
type MessageRules = Readonly<Record<number, FieldRule>>;

const drop: FieldRule = () => {};
// An empty name stands for an optional input that is not given.
const name: FieldRule = (out, field, { rename }) => {
  const old = textIn(field);
  out.bytes(field.field, old === '' ? '' : rename(old));
};
const message =
  (rules: () => MessageRules): FieldRule =>
  (out, field, recoding) =>
    out.bytes(field.field, recode(messageIn(field), rules(), recoding));
const tensor: FieldRule = (out, field, recoding) =>
  out.bytes(field.field, recodeTensor(messageIn(field), recoding));

/** Numbers of the fields are those of onnx.proto. */
const ports: MessageRules = { 1: name, 3: drop, 4: drop };
const sparse: MessageRules = { 1: tensor, 2: tensor };
const attributes: MessageRules = {
  5: tensor,
  6: message(() => graphs),
  10: tensor,
  11: message(() => graphs),
  13: drop,
  22: message(() => sparse),
  23: message(() => sparse),
};
const nodes: MessageRules = {
  1: name,
  2: name,
  // ONNX Runtime takes no two nodes of one name.
  3: name,
  5: message(() => attributes),
  6: drop,
  9: drop,
  10: drop,
};
const graphs: MessageRules = {
  1: message(() => nodes),
  5: tensor,
  10: drop,
  11: message(() => ports),
  12: message(() => ports),
  // Types between the nodes are inferred; those written down may hold for another batch.
  13: drop,
  14: drop,
  15: message(() => sparse),
  16: drop,
};
const functions: MessageRules = { 7: message(() => nodes), 8: drop, 12: drop, 14: drop };

/** The nodes and initialisers of a GraphProto alone, without its name, inputs and outputs. [bytes] */
export function recodeGraphBody(graph: Uint8Array, recoding: Recoding): Uint8Array {
  return recode(graph, { ...graphs, 2: drop, 11: drop, 12: drop }, recoding);
}

/** A FunctionProto, whose values have names of their own. [bytes] */
export function recodeFunction(body: Uint8Array, external: Recoding['external']): Uint8Array {
  return recode(body, functions, { rename: (old) => old, external });
}

function recode(bytes: Uint8Array, rules: MessageRules, recoding: Recoding): Uint8Array {
  const out = new ProtobufWriter();
  for (const field of protobufFields(bytes)) {
    const rule = rules[field.field];
    if (rule) rule(out, field, recoding);
    else out.encoded(field.raw);
  }
  return out.finish();
}

/** A TensorProto: its name, its values where they are in another file. */
function recodeTensor(bytes: Uint8Array, recoding: Recoding): Uint8Array {
  const entries = new Map<string, string>();
  let elsewhere = false;
  const out = new ProtobufWriter();
  for (const field of protobufFields(bytes)) {
    if (field.field === 8) name(out, field, recoding);
    else if (field.field === 13) entries.set(...decodeEntry(messageIn(field)));
    else if (field.field === 14) elsewhere = field.value === 1;
    else if (field.field !== 12 && field.field !== 16) out.encoded(field.raw);
  }
  if (elsewhere) out.bytes(9, recoding.external(externalData(entries)));
  return out.finish();
}

function externalData(entries: ReadonlyMap<string, string>): ExternalData {
  const location = entries.get('location');
  if (!location) throw new RangeError('a tensor is in another file, which is not named');
  const number = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    if (!/^\d{1,15}$/.test(text))
      throw new RangeError(`the ${key} of a tensor in '${location}' is no whole number`);
    return Number(text);
  };
  return { location, offset: number('offset') ?? 0, length: number('length') };
}
