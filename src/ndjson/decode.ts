/** Lines → records, with line numbers in every complaint. */

import { displayName, TroubleError } from '../cli/errors.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { AnyRecord } from './records.js';

export interface NumberedRecord {
  /** From 1. */
  readonly line: number;
  readonly record: AnyRecord;
}

const lineLimit = 64 << 20;

/** The records of a stream, in order. Blank lines are passed over; anything else that is no typed object is an error. */
export async function* decodeRecords(reader: ByteReader): AsyncGenerator<NumberedRecord> {
  let line = 0;
  for await (const text of lines(reader)) {
    line++;
    if (text.trim() !== '') yield { line, record: parseRecord(text, reader.source, line) };
  }
}

/** One line → record; `source` and `line` are for messages. */
export function parseRecord(text: string, source: string, line: number): AnyRecord {
  const where = `${displayName(source)}: line ${line}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TroubleError(where, `is not JSON; one JSON object a line was expected`, {
      cause: error,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TroubleError(where, 'is not a JSON object');
  if (typeof (value as AnyRecord).type !== 'string')
    throw new TroubleError(where, "has no 'type'; a record with a type was expected");
  return value as AnyRecord;
}

/** Lines of UTF-8 without their newline; the last may lack one. */
async function* lines(reader: ByteReader): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for (;;) {
    const chunk = await reader.readUnits(1, 1 << 18);
    rest += decoder.decode(chunk, { stream: chunk.length > 0 });
    const parts = rest.split('\n');
    rest = parts.pop() as string;
    yield* parts;
    if (chunk.length === 0) break;
    if (rest.length > lineLimit)
      throw new TroubleError(reader.source, `a line is longer than ${lineLimit} characters`);
  }
  if (rest !== '') yield rest;
}
