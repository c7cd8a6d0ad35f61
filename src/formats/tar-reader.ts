/** WebDataset archives: a tar whose neighbouring files with one key are one sample, such as 000001.png and 000001.cls. */

import { displayName, OperationalError } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { FileOptions } from './file-options.js';
import { type EncodedPicture, openPictures } from './picture-reader.js';
import type { ImageSource } from './source.js';

interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
}

const pictures = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'tif', 'tiff', 'avif', 'pgm', 'ppm', 'img'];
const mostBytes = 256 << 20;

/** Opens an archive, which is read sample by sample. */
export function openTar(reader: ByteReader, options: FileOptions): Promise<ImageSource> {
  return openPictures(reader.source, undefined, samples(reader), options);
}

async function* samples(reader: ByteReader): AsyncGenerator<EncodedPicture> {
  const source = displayName(reader.source);
  let key: string | undefined;
  let fields = new Map<string, Buffer>();
  const sample = () => readSample(`${source}: ${key}`, fields);
  for await (const { name, bytes } of entries(reader, source)) {
    // The key ends at the first dot of the last part: a.b/c.seg.png has the field seg.png.
    const [, own = name, field = ''] = /^((?:.*\/)?[^./]+)\.([^/]+)$/.exec(name) ?? [];
    if (own !== key && key !== undefined) {
      yield* sample();
      fields = new Map();
    }
    key = own;
    fields.set(field.toLowerCase(), bytes);
  }
  if (key !== undefined) yield* sample();
}

function* readSample(path: string, fields: ReadonlyMap<string, Buffer>): Generator<EncodedPicture> {
  const picture = pictures.find((field) => fields.has(field));
  const names = [...fields.keys()];
  if (picture === undefined)
    throw new OperationalError(
      path,
      `has ${names.join(', ')}; a picture (${pictures.slice(0, 4).join(', ')}, …) was expected`,
    );
  yield { path, label: labelOf(fields, path), bytes: fields.get(picture)! };
}

/** Of the field cls, a number; or of json, its label. */
function labelOf(fields: ReadonlyMap<string, Buffer>, path: string): number | undefined {
  const cls = fields.get('cls') ?? fields.get('label');
  const json = fields.get('json');
  if (!cls && !json) return undefined;
  const text = cls ? cls.toString('utf8').trim() : labelInJson(json!, path);
  if (text === undefined) return undefined;
  const label = Number(text);
  if (/^\d{1,3}$/.test(String(text)) && label <= 255) return label;
  throw new OperationalError(
    path,
    `has the label '${String(text).slice(0, 40)}'; a whole number from 0 to 255 was expected`,
  );
}

function labelInJson(bytes: Buffer, path: string): unknown {
  try {
    const { label, cls } = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    return label ?? cls;
  } catch (error) {
    throw new OperationalError(path, `has JSON that is not sound (${(error as Error).message})`, {
      cause: error,
    });
  }
}

/** The files of an archive, in order; what is neither file nor folder is an error. */
async function* entries(reader: ByteReader, source: string): AsyncGenerator<Entry> {
  const { Parser } = await import('tar');
  const ready: Entry[] = [];
  let fault: Error | undefined;
  const parser = new Parser({ strict: true });
  parser.on('entry', (entry) => {
    const { path, type, size } = entry;
    if (type !== 'File' && type !== 'OldFile' && type !== 'ContiguousFile') {
      if (type !== 'Directory') fault ??= new Error(`${path} is a ${type}; files were expected`);
      entry.resume();
      return;
    }
    if (size > mostBytes)
      fault ??= new Error(`${path} has ${size} bytes; ${mostBytes} at most were expected`);
    const chunks: Buffer[] = [];
    entry.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)));
    entry.on('end', () =>
      ready.push({ name: path.replace(/^\.\//, ''), bytes: Buffer.concat(chunks) }),
    );
  });
  parser.on('error', (error: Error) => {
    fault ??= error;
  });
  const ended = new Promise<void>((resolve) => parser.on('end', () => resolve()));
  const refuse = () => {
    if (fault)
      throw new OperationalError(source, `is no sound tar archive (${fault.message})`, {
        cause: fault,
      });
  };
  for (;;) {
    const chunk = await reader.readUnits(1, 1 << 16);
    if (chunk.length === 0) break;
    if (!parser.write(chunk))
      await new Promise<void>((resolve) => parser.once('drain', () => resolve()));
    refuse();
    yield* ready.splice(0);
  }
  parser.end();
  refuse();
  await ended;
  refuse();
  yield* ready.splice(0);
}
