/**
 * Lines as bytes, for formats whose every byte counts; they become text only where a caller reads
 * it.
 */

import { OperationalError } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';

export interface Line {
  /** From 1. */
  readonly line: number;
  /** [bytes] without newline and carriage return; valid until the next line is read. */
  readonly bytes: Buffer;
}

const lineLimit = 64 << 20;
const newline = 0x0a;
const carriageReturn = 0x0d;

/** The lines of a stream; the last may lack its newline. */
export async function* readLines(reader: ByteReader): AsyncGenerator<Line> {
  let line = 0;
  let rest: Buffer[] = [];
  let held = 0;
  for (;;) {
    const chunk = await reader.readUnits(1, 1 << 20);
    if (chunk.length === 0) break;
    let begin = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, begin)) {
      const tail = chunk.subarray(begin, end);
      yield { line: ++line, bytes: trimmed(held > 0 ? Buffer.concat([...rest, tail]) : tail) };
      if (held > 0) rest = [];
      held = 0;
      begin = end + 1;
    }
    if (begin < chunk.length) {
      rest.push(chunk.subarray(begin));
      held += chunk.length - begin;
    }
    if (held > lineLimit)
      throw new OperationalError(
        reader.source,
        `line ${line + 1} is longer than ${lineLimit} bytes; one image a line was expected`,
      );
  }
  if (held > 0) yield { line: line + 1, bytes: trimmed(Buffer.concat(rest)) };
}

function trimmed(bytes: Buffer): Buffer {
  return bytes[bytes.length - 1] === carriageReturn ? bytes.subarray(0, -1) : bytes;
}
