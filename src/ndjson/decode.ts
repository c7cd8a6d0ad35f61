/** Decoding of NDJSON: lines → records, with the line number in every error. */

import { isUtf8 } from 'node:buffer';
import { displayName, OperationalError, quoted } from '../core/errors.js';
import { isObject } from '../core/json.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { AnyRecord } from './records.js';

export interface NumberedRecord {
  /** From 1. */
  readonly line: number;
  /** For complaints: `served.ndjson: line 7`. */
  readonly where: string;
  readonly record: AnyRecord;
}

/** A line that is no record. */
export interface DamagedLine {
  readonly line: number;
  /** Whether it is the last of the stream and has no newline: perhaps still being written. */
  readonly last: boolean;
  readonly error: OperationalError;
}

/**
 * The records of a stream, in order, each as soon as its line is there. Blank lines are skipped; anything else
 * that is no typed object is an error, and so is a line of more than `lineLimit` bytes. Where `damaged` is given, it is
 * called instead, and the line skipped; it may throw. A line beyond the limit is an error always.
 */
export async function* decodeRecords(
  reader: ByteReader,
  lineLimit = 64 << 20,
  damaged?: (damage: DamagedLine) => void,
): AsyncGenerator<NumberedRecord> {
  const name = displayName(reader.source);
  let line = 0;
  for await (const { bytes, whole } of lines(reader, lineLimit)) {
    line++;
    const where = `${name}: line ${line}`;
    if (bytes.length > lineLimit)
      throw new OperationalError(
        where,
        `is longer than ${lineLimit} bytes; shorter records were expected`,
      );
    let record: AnyRecord | undefined;
    try {
      record = recordOf(bytes, whole, where, line === 1);
    } catch (error) {
      if (!damaged || !(error instanceof OperationalError)) throw error;
      damaged({ line, last: !whole, error });
    }
    if (record) yield { line, where, record };
  }
}

/**
 * A record that is not what its type promises is damage of its line: for the caller that catches `error` while taking it. Anything
 * but a RangeError is thrown on; without `damaged`, so is this.
 */
export function passOver(
  error: unknown,
  { line, where }: NumberedRecord,
  damaged?: (damage: DamagedLine) => void,
): void {
  if (!(error instanceof RangeError)) throw error;
  const trouble = new OperationalError(where, error.message, { cause: error });
  if (!damaged) throw trouble;
  damaged({ line, last: false, error: trouble });
}

/** The record of a line; undefined for a blank one. */
function recordOf(bytes: Buffer, whole: boolean, where: string, first: boolean) {
  if (!isUtf8(bytes)) throw new OperationalError(where, 'is not UTF-8; JSON in UTF-8 was expected');
  const text = bytes.toString('utf8', first && bytes.indexOf(byteOrderMark) === 0 ? 3 : 0);
  if (text.trim() === '') return undefined;
  if (!whole && !isJson(text))
    throw new OperationalError(where, 'is cut short; a whole JSON object was expected');
  return recordOfText(text, where);
}

/** One line → record; `source` and `line` are for messages. */
export function parseRecord(text: string, source: string, line: number): AnyRecord {
  return recordOfText(text, `${displayName(source)}: line ${line}`);
}

function recordOfText(text: string, where: string): AnyRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new OperationalError(
      where,
      `is not JSON (${quoted(text.trim().slice(0, 40))}); one JSON object a line was expected`,
      { cause: error },
    );
  }
  if (!isObject(value))
    throw new OperationalError(where, 'is not a JSON object; a record with a type was expected');
  if (typeof value.type !== 'string')
    throw new OperationalError(where, "has no 'type'; a record with a type was expected");
  return value as AnyRecord;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Line {
  readonly bytes: Buffer;
  /** False for a last line without its newline. */
  readonly whole: boolean;
}

/** Lines without their newline. One that grows beyond `limit` bytes is given up as it is, and ends the stream. */
async function* lines(reader: ByteReader, limit: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let held = 0;
  const line = (last: Buffer, whole: boolean) => {
    const bytes = parts.length > 0 ? Buffer.concat([...parts, last]) : last;
    parts = [];
    held = 0;
    return { bytes, whole };
  };
  for (;;) {
    const chunk = await reader.readUnits(1, 1 << 18);
    if (chunk.length === 0) break;
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      yield line(chunk.subarray(from, at), true);
      from = at + 1;
    }
    parts.push(chunk.subarray(from));
    held += chunk.length - from;
    if (held > limit) break;
  }
  if (held > 0) yield line(Buffer.alloc(0), false);
}

const newline = 0x0a;
const byteOrderMark = Buffer.from('\ufeff');
