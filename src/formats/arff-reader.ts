/** ARFF files (Weka, OpenML): attributes declared line by line, then rows as in CSV, by whose reader they are read. */

import { displayName, OperationalError } from '../core/errors.js';
import { ByteReader } from '../io/byte-reader.js';
import { openCsv } from './csv-reader.js';
import type { FileOptions } from './file-options.js';
import { readLines } from './lines.js';
import type { ImageSource } from './source.js';

const declaration = /^@attribute\s+(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\S+))\s+(.*)$/i;

/** Opens a file; keywords are case-insensitive, `%` begins a comment. Sparse rows and missing values are refused by line. */
export async function openArff(reader: ByteReader, options: FileOptions): Promise<ImageSource> {
  const source = displayName(reader.source);
  const lines = readLines(reader);
  const names: string[] = [];
  let dataLine = 0;
  for (;;) {
    const next = await lines.next();
    if (next.done)
      throw new OperationalError(source, 'has no @data; ARFF of attributes and rows was expected');
    const text = next.value.bytes.toString('utf8').trim();
    if (/^@data\b/i.test(text)) {
      dataLine = next.value.line;
      break;
    }
    if (text === '' || text.startsWith('%') || /^@relation\b/i.test(text)) continue;
    const [, single, double, plain, type = ''] = declaration.exec(text) ?? [];
    const name = single ?? double ?? plain;
    if (name === undefined)
      throw new OperationalError(
        `${source}: line ${next.value.line}`,
        `is '${text.slice(0, 40)}'; @attribute NAME TYPE or @data was expected`,
      );
    if (/^(string|date|relational)\b/i.test(type))
      throw new OperationalError(
        `${source}: line ${next.value.line}`,
        `declares '${name}' as ${type.split(/\s/, 1)[0]}; numbers and classes were expected`,
      );
    names.push(name.replaceAll(/[",\n]/g, ' '));
  }
  /** The rows, behind a header, with as many blank lines before it as keep the numbers of the lines. */
  async function* csv(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${'\n'.repeat(Math.max(0, dataLine - 1))}${names.join(',')}\n`);
    for await (const { line, bytes } of lines) {
      const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09);
      if (first === 0x7b)
        throw new OperationalError(
          `${source}: line ${line}`,
          'is a sparse row ({index value, …}); a value an attribute was expected',
        );
      if (bytes.includes(0x3f))
        throw new OperationalError(
          `${source}: line ${line}`,
          "has a missing value ('?'); a number an attribute was expected",
        );
      yield first === 0x25 ? Buffer.from('\n') : Buffer.concat([bytes, Buffer.from('\n')]);
    }
  }
  return openCsv(new ByteReader(reader.source, csv()), options);
}
