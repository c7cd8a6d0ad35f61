/**
 * Checkpoint file: a snapshot of a training run as an IDX stream (see fmnist-checkpoint(5)): an annotation, one f32 item
 * an array, and a last u8 item with the SHA-256 of all bytes before it, which tells a file that is cut short or damaged.
 */

import { createHash } from 'node:crypto';
import { OperationalError } from '../core/errors.js';
import type { TrainerState, Weights } from '../engine/engine.js';
import {
  annotationLimit,
  decodeAnnotation,
  emptyAnnotation,
  encodeAnnotation,
} from '../idx/annotation.js';
import { encodeHeader, type IdxHeader, payloadBytes, readHeader } from '../idx/header.js';
import { isAnnotation } from '../idx/items.js';
import { decodeValues, encodeValues } from '../idx/types.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { RunIdentity } from './run-identity.js';
import type { TrainingSnapshot } from './snapshot.js';

/** Version of the annotation's contents and of the list of arrays. */
const checkpointFormat = 1;
const digestBytes = 32;

/** A snapshot with the identity of its run. */
export interface Checkpoint {
  readonly run: RunIdentity;
  readonly snapshot: TrainingSnapshot;
}

/** Contents of the annotation's field `checkpoint`. */
interface Contents extends Omit<TrainingSnapshot, 'state' | 'kept'> {
  readonly format: number;
  readonly run: RunIdentity;
  /** Names of the arrays, in the order of the file; those of the kept weights begin with `kept.`. */
  readonly arrays: readonly string[];
}

/** Encodes a checkpoint in chunks of bytes. Throws an Error where a record holds a number that JSON cannot express. */
export function* encodeCheckpoint({ run, snapshot }: Checkpoint): Generator<Buffer> {
  const { state, kept, ...rest } = snapshot;
  const arrays = { ...state, ...(kept ? prefixed(kept) : {}) };
  const contents: Contents = {
    format: checkpointFormat,
    run,
    ...rest,
    arrays: Object.keys(arrays),
  };
  const hash = createHash('sha256');
  const hashed = (bytes: Buffer) => {
    hash.update(bytes);
    return bytes;
  };
  yield hashed(encodeAnnotation({ ...emptyAnnotation, checkpoint: contents }));
  for (const values of Object.values(arrays)) {
    yield hashed(encodeHeader('f32', [values.length]));
    yield hashed(encodeValues(values));
  }
  yield encodeHeader('u8', [digestBytes]);
  yield hash.digest();
}

const prefixed = ({ parameters, statistics }: Weights): TrainerState => ({
  'kept.parameters': parameters,
  'kept.statistics': statistics,
});

/** Reads a whole checkpoint; the reader must keep a hash. Throws OperationalError where a bit is wrong or missing. */
export async function readCheckpoint(reader: ByteReader): Promise<Checkpoint> {
  const { source } = reader;
  const header = await readHeader(reader);
  if (!isAnnotation(header)) throw foreign(source);
  const json = await payload(reader, header, annotationLimit);
  const values: Float32Array[] = [];
  let digest = reader.digest();
  let next = await readHeader(reader);
  while (next.type.name === 'f32' && next.shape.length === 1) {
    values.push(decodeValues('f32', await payload(reader, next)) as Float32Array);
    digest = reader.digest();
    next = await readHeader(reader);
  }
  if (next.type.name !== 'u8' || next.shape.join() !== String(digestBytes)) throw foreign(source);
  const wanted = (await payload(reader, next)).toString('hex');
  if (!(await reader.atEnd()))
    throw new OperationalError(source, `goes on behind its end at byte ${reader.offset}`);
  if (wanted !== digest)
    throw new OperationalError(source, 'is damaged: its SHA-256 is not the one at its end');
  return assemble(json, values, source);
}

/** Assembles a checkpoint from bytes whose digest is right. */
function assemble(json: Buffer, values: readonly Float32Array[], source: string): Checkpoint {
  const contents = decodeAnnotation(json, source, 0).checkpoint as Contents | undefined;
  if (contents?.format !== checkpointFormat || contents.arrays.length !== values.length)
    throw foreign(source);
  const { format: _, run, arrays, ...rest } = contents;
  const state = Object.fromEntries(arrays.map((name, i) => [name, values[i]!]));
  const { 'kept.parameters': parameters, 'kept.statistics': statistics, ...own } = state;
  const kept = parameters && statistics ? { parameters, statistics } : undefined;
  return { run, snapshot: { ...rest, state: own, kept } };
}

async function payload(reader: ByteReader, header: IdxHeader, most?: number): Promise<Buffer> {
  const size = payloadBytes(header);
  if (most !== undefined && size > most) throw foreign(reader.source);
  const begin = reader.offset;
  const bytes = await reader.read(size);
  if (bytes.length < size)
    throw new OperationalError(
      reader.source,
      `cut short at byte ${reader.offset}: ${size} bytes from byte ${begin} on were expected`,
    );
  return bytes;
}

const foreign = (source: string) =>
  new OperationalError(
    source,
    `is no checkpoint of format ${checkpointFormat}; one that fmnist-train --checkpoint wrote was expected`,
  );
