/** The annotation that may open a stream: an i8 rank-1 item of UTF-8 JSON saying what the pixels mean and where they came from. */

import { OperationalError } from '../core/errors.js';
import { isByte, isObject, isShown, shown, toJson } from '../core/json.js';
import { encodeHeader } from './header.js';
import type { Normalization } from './normalization.js';

/** The only version of the annotation's format there is; readers refuse others by number. */
export const annotationVersion = 1;

/** Bytes that an annotation may have: room for a mean and a standard deviation of a million pixels. */
export const annotationLimit = 64 << 20;

/** One program that touched the stream. Never a clock, a host name or a path: the same inputs give the same bytes. */
export interface HistoryRecord {
  readonly program: string;
  readonly version: string;
  /** The options that change the output. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Digests of what the program had read whole by the time it wrote: side files, and its input if it buffers. */
  readonly read?: readonly { readonly sha256: string; readonly bytes: number }[];
  /** The sets that became one, in order, each with the part of its history that the others do not share. */
  readonly joined?: readonly JoinedPart[];
}

export interface JoinedPart {
  readonly images: number;
  readonly dataset?: string;
  readonly split?: string;
  readonly synthetic?: boolean;
  readonly history: readonly HistoryRecord[];
}

export interface Annotation {
  readonly fmnist: typeof annotationVersion;
  /** `fashion-mnist`, `synthetic-garments`, … */
  readonly dataset?: string;
  /** `train`, `test`, `validation`, … */
  readonly split?: string;
  /** True for generated images; every program that reports repeats it. */
  readonly synthetic?: boolean;
  /** Class names, in the order of `labels`, or of 0, 1, 2, … where `labels` is absent. */
  readonly classes?: readonly string[];
  /** The label value of each class, ascending, where they are not 0, 1, 2, … (EMNIST letters: 1–26). */
  readonly labels?: readonly number[];
  /** How f32 pixels were made of raw ones; absent for raw pixels. */
  readonly normalization?: Normalization;
  readonly history: readonly HistoryRecord[];
  /** Fields of other programs pass through untouched. */
  readonly [field: string]: unknown;
}

/** An annotation that says nothing but its version. */
export const emptyAnnotation: Annotation = { fmnist: annotationVersion, history: [] };

/** The annotation of a program's output: its input's, with `changes` over it and one record more. */
export function annotate(
  input: Annotation | undefined,
  record: HistoryRecord,
  changes: Partial<Annotation> = {},
): Annotation {
  const base = input ?? emptyAnnotation;
  return { ...base, ...changes, history: [...base.history, record] };
}

/** The annotation as an IDX item, header included. Throws on NaN and infinities, naming the field. */
export function encodeAnnotation(annotation: Annotation): Buffer {
  const json = Buffer.from(toJson(annotation));
  if (json.length > annotationLimit)
    throw new RangeError(
      `an annotation of ${json.length} bytes; readers take ${annotationLimit} at most`,
    );
  return Buffer.concat([encodeHeader('i8', [json.length]), json]);
}

/** Bytes of the item's values → annotation. `at` is the item's offset, for messages. */
export function decodeAnnotation(bytes: Buffer, source: string, at: number): Annotation {
  const where = `the annotation at byte ${at}`;
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new OperationalError(source, `${where} is not UTF-8 JSON; a JSON object was expected`, {
      cause: error,
    });
  }
  return checkAnnotation(parsed, source, where);
}

/**
 * Checks a value that was read as an annotation, from any format. Throws OperationalError, which
 * calls it `where`, for anything else.
 */
export function checkAnnotation(value: unknown, source: string, where: string): Annotation {
  if (!isObject(value))
    throw new OperationalError(
      source,
      `${where} ${isShown(value)}; an object with the field fmnist was expected`,
    );
  if (value.fmnist !== annotationVersion)
    throw new OperationalError(
      source,
      `${where} has version ${value.fmnist === undefined ? 'none' : shown(value.fmnist)}; this program knows version ${annotationVersion}`,
    );
  const fault = faultOf(value);
  if (fault) throw new OperationalError(source, `${where}: ${fault}`);
  // Fields keep their order: what passes through a program unchanged is written as it was read.
  return (value.history ? value : { ...value, history: [] }) as unknown as Annotation;
}

function faultOf(parsed: Record<string, unknown>) {
  const { classes, labels, history, normalization, synthetic } = parsed;
  for (const field of ['dataset', 'split'])
    if (parsed[field] !== undefined && typeof parsed[field] !== 'string')
      return `${field} ${isShown(parsed[field])}; text was expected`;
  if (synthetic !== undefined && typeof synthetic !== 'boolean')
    return `synthetic ${isShown(synthetic)}; true or false was expected`;
  if (classes !== undefined && !isArrayOf(classes, (v) => typeof v === 'string'))
    return `classes ${isShown(classes)}; a list of names was expected`;
  if (Array.isArray(classes) && (classes.length === 0 || classes.length > 256))
    return `classes has ${classes.length} names; 1 to 256 were expected`;
  if (labels !== undefined) {
    if (!isArrayOf(labels, isByte))
      return `labels ${isShown(labels)}; a list of whole numbers from 0 to 255 was expected`;
    if (labels.some((label, i) => i > 0 && label <= labels[i - 1]!))
      return `labels ${isShown(labels)}; ascending ones were expected`;
    if (!Array.isArray(classes) || classes.length !== labels.length)
      return `labels has ${labels.length} entries; one for each of the classes was expected`;
  }
  if (history !== undefined && !isArrayOf(history, isObject))
    return `history ${isShown(history)}; a list of records was expected`;
  if (normalization !== undefined && !isObject(normalization))
    return `normalization ${isShown(normalization)}; a record was expected`;
  return undefined;
}

function isArrayOf<T>(value: unknown, test: (v: unknown) => v is T): value is T[];
function isArrayOf(value: unknown, test: (v: unknown) => boolean): value is unknown[];
function isArrayOf(value: unknown, test: (v: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(test);
}
