/** Results that outlive the run that makes them: a file of NDJSON, one line a finished piece of work, looked up by its key. */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { parseRecord } from '../../src/ndjson/decode.js';
import { encodeRecord } from '../../src/ndjson/encode.js';
import type { AnyRecord } from '../../src/ndjson/records.js';

/** Fields that together name a piece of work: the digest of a recipe, a seed, the version. */
export type Key = Readonly<Record<string, string | number>>;

export class Store {
  readonly #records: AnyRecord[];

  /**
   * Opens `file`, which need not be there. A last line that was cut short is dropped, from the file too if this is its
   * `writer`; any other fault is an error.
   */
  constructor(
    readonly file: string,
    writer = true,
  ) {
    this.#records = existsSync(file) ? readWhole(file, writer) : [];
  }

  get records(): readonly AnyRecord[] {
    return this.#records;
  }

  /** The last record of a type whose fields are as the key says. */
  find(type: string, key: Key): AnyRecord | undefined {
    return this.#records.findLast((record) => record.type === type && fits(record, key));
  }

  /** Appends a record, and comes back once it is on the disk. */
  add(record: AnyRecord): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const descriptor = openSync(this.file, 'a');
    try {
      writeSync(descriptor, encodeRecord(record));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    this.#records.push(record);
  }
}

/** The records of a file of results; none where it is not there. */
export function readResults(file: string): readonly AnyRecord[] {
  return existsSync(file) ? parse(readFileSync(file, 'utf8'), file) : [];
}

/** The records of a type, in order; what fields they have is the word of whoever wrote them. */
export function ofType<R extends AnyRecord>(records: readonly AnyRecord[], type: R['type']): R[] {
  return records.filter((record): record is R => record.type === type);
}

function fits(record: AnyRecord, key: Key): boolean {
  return Object.entries(key).every(([name, value]) => record[name] === value);
}

function readWhole(file: string, writer: boolean): AnyRecord[] {
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (writer && whole < bytes.length) truncateSync(file, whole);
  return parse(bytes.toString('utf8', 0, whole), file);
}

function parse(text: string, file: string): AnyRecord[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => (line === '' ? [] : [parseRecord(line, file, i + 1)]));
}
