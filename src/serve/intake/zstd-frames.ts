/** Frames of Zstandard (RFC 8878), by their headers alone: nothing is decompressed. */

/** One frame with content; a skippable frame is none. */
export interface ZstdFrame {
  readonly start: number;
  readonly end: number;
  /** The lower half of the content's XXH64, where the frame has it. */
  readonly checksum: number | undefined;
  /** Bytes of the content, where the header says so. */
  readonly contentSize: number | undefined;
}

/** Bytes that a decoder must be able to look back (RFC 9659); HTTP has no more. */
const mostWindow = 8 << 20;
const mostBlock = 128 << 10;

/** The frames of a body, which they fill exactly. Throws an Error with the reason where they do not, or want more memory than HTTP allows. */
export function zstdFrames(body: Buffer): ZstdFrame[] {
  const frames: ZstdFrame[] = [];
  let at = 0;
  const need = (bytes: number) => {
    if (at + bytes > body.length) throw new Error('cut short');
  };
  while (at < body.length) {
    need(8);
    const magic = body.readUInt32LE(at);
    if (magic >>> 4 === 0x184d2a5) {
      at += 8 + body.readUInt32LE(at + 4);
      need(0);
      continue;
    }
    if (magic !== 0xfd2fb528)
      throw new Error(`${at === 0 ? 'no frame' : 'something else'} at byte ${at}`);
    const start = at;
    const { length, contentSize, hasChecksum } = readHeader(body, at + 4);
    at += 4 + length;
    for (let last = false; !last; ) {
      need(3);
      const head = body.readUIntLE(at, 3);
      const [type, size] = [(head >> 1) & 3, head >> 3];
      if (type === 3 || size > mostBlock) throw new Error(`an unsound block at byte ${at}`);
      at += 3 + (type === 1 ? 1 : size);
      need(0);
      last = (head & 1) === 1;
    }
    if (hasChecksum) need(4);
    const checksum = hasChecksum ? body.readUInt32LE(at) : undefined;
    at += hasChecksum ? 4 : 0;
    frames.push({ start, end: at, checksum, contentSize });
  }
  return frames;
}

function readHeader(body: Buffer, from: number) {
  const flags = body[from]!;
  if (flags & 8) throw new Error('a reserved bit is set');
  if (flags & 3) throw new Error('it needs a dictionary');
  const single = (flags >> 5) & 1;
  const sizeBytes = [single, 2, 4, 8][flags >> 6]!;
  const length = 1 + (1 - single) + sizeBytes;
  if (from + length > body.length) throw new Error('cut short');
  const at = from + length - sizeBytes;
  const contentSize =
    sizeBytes === 0
      ? undefined
      : sizeBytes === 8
        ? Number(body.readBigUInt64LE(at))
        : body.readUIntLE(at, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
  const descriptor = body[from + 1]!;
  const base = 2 ** (10 + (descriptor >> 3));
  const window = single ? contentSize! : base + (base / 8) * (descriptor & 7);
  if (window > mostWindow)
    throw new Error(`a window of ${window} bytes; ${mostWindow} at most were expected`);
  return { length, contentSize, hasChecksum: (flags & 4) !== 0 };
}
