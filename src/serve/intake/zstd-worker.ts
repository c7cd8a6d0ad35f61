/** A worker that decompresses Zstandard. Frames can be made that cost fzstd minutes: what takes too long is ended with it. */

import { parentPort } from 'node:worker_threads';
import { Decompress } from 'fzstd';
import { xxh64 } from './xxh64.js';
import type { ZstdReply, ZstdRequest } from './zstd.js';
import { zstdFrames } from './zstd-frames.js';

class TooLarge extends Error {}

parentPort?.on('message', ({ body, most }: ZstdRequest) => {
  const reply = answer(Buffer.from(body.buffer, body.byteOffset, body.length), most);
  parentPort?.postMessage(reply, 'bytes' in reply ? [reply.bytes.buffer as ArrayBuffer] : []);
});

function answer(body: Buffer, most: number): ZstdReply {
  try {
    const contents: Buffer[] = [];
    let left = most;
    for (const { start, end, checksum, contentSize } of zstdFrames(body)) {
      if ((contentSize ?? 0) > left) throw new TooLarge();
      const content = decompressed(body.subarray(start, end), left);
      if (contentSize !== undefined && content.length !== contentSize)
        throw new Error(`${content.length} bytes where its head says ${contentSize}`);
      // fzstd passes over checksums.
      if (checksum !== undefined && Number(xxh64(content) & 0xffffffffn) !== checksum)
        throw new Error('the checksum is wrong');
      contents.push(content);
      left -= content.length;
    }
    return { bytes: new Uint8Array(Buffer.concat(contents)) };
  } catch (error) {
    if (error instanceof TooLarge) return { large: true };
    return { fault: (error as Error).message };
  }
}

/** The content of one frame; TooLarge as soon as it is larger than `most`. */
function decompressed(frame: Buffer, most: number): Buffer {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = new Decompress((chunk) => {
    size += chunk.length;
    if (size > most) throw new TooLarge();
    // Copied: the decoder goes on using what it hands out.
    chunks.push(chunk.slice());
  });
  stream.push(frame, true);
  return Buffer.concat(chunks);
}
