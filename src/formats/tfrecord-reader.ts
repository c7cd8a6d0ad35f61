/** TFRecord files of tf.train.Example messages, as TensorFlow Datasets writes them: pictures or raw pixels, and labels. */

import { displayName, OperationalError } from '../core/errors.js';
import { looksLikePicture } from '../io/beginnings.js';
import type { ByteReader } from '../io/byte-reader.js';
import { maskedCrc32c } from '../io/crc32c.js';
import { protobufFields, wholeNumbers } from '../onnx/protobuf.js';
import { encodeGreyPng } from '../picture/png.js';
import type { FileOptions } from './file-options.js';
import { type EncodedPicture, openPictures } from './picture-reader.js';
import type { ImageSource } from './source.js';

const mostBytes = 256 << 20;
const imageNames = ['image', 'image/encoded', 'image_raw', 'image/raw', 'x'];
const labelNames = ['label', 'image/class/label', 'y', 'class'];

/** Opens a file of examples. Records are checked by their checksums (CRC-32C, masked), read one by one. */
export function openTfrecord(reader: ByteReader, options: FileOptions): Promise<ImageSource> {
  return openPictures(reader.source, undefined, examples(reader), options);
}

async function* examples(reader: ByteReader): AsyncGenerator<EncodedPicture> {
  const source = displayName(reader.source);
  for (let number = 0; !(await reader.atEnd()); number++) {
    const path = `${source}: record ${number}`;
    yield readExample(await readRecord(reader, path), path);
  }
}

/** Length, its checksum, the data, theirs. */
async function readRecord(reader: ByteReader, path: string): Promise<Buffer> {
  const at = reader.offset;
  const refuse = (problem: string): never => {
    throw new OperationalError(path, `${problem} (at byte ${at})`);
  };
  const head = await reader.read(12);
  if (head.length < 12) refuse('is cut short in its length');
  if (head.readUInt32LE(8) !== maskedCrc32c(head.subarray(0, 8)))
    refuse('has a length that is not as its checksum says; a TFRecord file was expected');
  const length = Number(head.readBigUInt64LE(0));
  if (length > mostBytes) refuse(`is of ${length} bytes; ${mostBytes} at most were expected`);
  const data = await reader.read(length);
  const sum = await reader.read(4);
  if (sum.length < 4) refuse('is cut short');
  if (sum.readUInt32LE(0) !== maskedCrc32c(data))
    refuse('is damaged: its data are not as their checksum says');
  return data;
}

/** A feature: of bytes, or of whole numbers. */
interface Feature {
  readonly bytes?: Buffer | undefined;
  readonly numbers?: readonly number[];
}

/** Example { features = 1 }, Features { feature = 1: map of name = 1 to Feature = 2 }, Feature { bytes_list = 1, int64_list = 3 }. */
function readExample(data: Buffer, path: string): EncodedPicture {
  const features = new Map<string, Feature>();
  try {
    for (const entry of nested(nested([data], 1), 1)) {
      const [name] = nested([entry], 1);
      const [value] = nested([entry], 2);
      if (name && value) features.set(Buffer.from(name).toString('utf8'), readFeature(value));
    }
  } catch (error) {
    throw new OperationalError(path, `is no tf.train.Example (${(error as Error).message})`, {
      cause: error,
    });
  }
  const has = (names: readonly string[]) => names.find((name) => features.has(name));
  const image = features.get(has(imageNames) ?? '')?.bytes;
  if (!image)
    throw new OperationalError(
      path,
      `has the features ${[...features.keys()].sort().join(', ') || 'of none'}; an image as bytes, named ${imageNames.join(', ')}, was expected`,
    );
  const labels = features.get(has(labelNames) ?? '')?.numbers;
  return { path, label: labels && labelOf(labels, path), bytes: pictureOf(image, path) };
}

function readFeature(value: Uint8Array): Feature {
  for (const { field, bytes } of protobufFields(value)) {
    if (field === 1 && bytes) {
      const [first] = nested([bytes], 1);
      return { bytes: first && Buffer.from(first) };
    }
    if (field === 3 && bytes)
      return {
        numbers: [...protobufFields(bytes)].flatMap((item) =>
          item.field === 1 ? wholeNumbers(item) : [],
        ),
      };
  }
  return {};
}

/** Contents of the fields of a number, of several messages. */
function nested(messages: readonly Uint8Array[], number: number): Uint8Array[] {
  return messages.flatMap((message) =>
    [...protobufFields(message)].flatMap(({ field, bytes }) =>
      field === number && bytes ? [bytes] : [],
    ),
  );
}

function labelOf(numbers: readonly number[], path: string): number {
  const [label] = numbers;
  if (numbers.length === 1 && Number.isInteger(label) && label! >= 0 && label! <= 255)
    return label!;
  throw new OperationalError(
    path,
    `has the label ${numbers.join(', ')}; one whole number from 0 to 255 was expected`,
  );
}

/** A picture file as it is; raw pixels of a square image as one. */
function pictureOf(bytes: Buffer, path: string): Buffer {
  if (looksLikePicture(bytes)) return bytes;
  const side = Math.round(Math.sqrt(bytes.length));
  if (side > 0 && side * side === bytes.length)
    return encodeGreyPng({ rows: side, columns: side, pixels: bytes });
  throw new OperationalError(
    path,
    `has an image of ${bytes.length} bytes, which is no picture file and no square image`,
  );
}
