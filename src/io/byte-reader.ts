/** Exact reads from a stream of chunks, with an offset for messages and an optional SHA-256 of the bytes read. */

import { createHash, type Hash } from 'node:crypto';

export class ByteReader {
  /** What the bytes come from, for messages: a path or `-`. */
  readonly source: string;
  /** Bytes handed out so far: the position of the next byte in the (decompressed) stream. */
  offset = 0;
  #chunks: Buffer[] = [];
  #available = 0;
  #ended = false;
  readonly #iterator: AsyncIterator<Uint8Array>;
  #hash: Hash | undefined;

  constructor(
    source: string,
    chunks: AsyncIterable<Uint8Array>,
    options: { readonly hash?: boolean } = {},
  ) {
    this.source = source;
    this.#iterator = chunks[Symbol.asyncIterator]();
    this.#hash = options.hash ? createHash('sha256') : undefined;
  }

  /** The next `size` bytes without taking them; fewer only at the end of the stream. */
  async peek(size: number): Promise<Buffer> {
    await this.#fill(size);
    return this.#front(Math.min(size, this.#available));
  }

  /** Up to `size` of the next bytes, as far as they are at hand: nothing is waited for. */
  atHand(size: number): Buffer {
    return this.#front(Math.min(size, this.#available));
  }

  /** Takes the next `size` bytes; fewer only at the end of the stream. The result may share memory with the source's chunks. */
  async read(size: number): Promise<Buffer> {
    if (this.#available < size) await this.#fill(size);
    const taken = Math.min(size, this.#available);
    const bytes = this.#front(taken);
    this.#drop(taken);
    this.#hash?.update(bytes);
    this.offset += taken;
    return bytes;
  }

  /**
   * Takes as many whole units of `unit` bytes as are at hand, up to `most` units; waits for one, not for more:
   * a slow writer's images and records are passed on as they come.
   * A result that is not a multiple of `unit` (or empty) means that the stream has ended.
   */
  async readUnits(unit: number, most: number): Promise<Buffer> {
    if (this.#available < unit) await this.#fill(unit);
    const whole = Math.floor(this.#available / unit);
    return this.read(whole > 0 ? Math.min(whole, most) * unit : this.#available);
  }

  /** Whether the stream has no more bytes. */
  async atEnd(): Promise<boolean> {
    return !(await this.#fill(1));
  }

  /** Begins a SHA-256 as if the reader had been made with `hash`: before the first byte is taken. */
  startHash(): void {
    if (this.offset > 0) throw new Error('bytes were taken before the hash began');
    this.#hash ??= createHash('sha256');
  }

  /** SHA-256 in hex of everything taken so far; the reader must have been made with `hash`. */
  digest(): string {
    if (!this.#hash) throw new Error('this reader was made without a hash');
    return this.#hash.copy().digest('hex');
  }

  /** Lets go of the source: the writer at its other end gets a broken pipe. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#chunks = [];
    this.#available = 0;
    await this.#iterator.return?.();
  }

  async #fill(size: number): Promise<boolean> {
    while (this.#available < size && !this.#ended) {
      const next = await this.#iterator.next();
      if (next.done) {
        this.#ended = true;
      } else if (next.value.length > 0) {
        const { buffer, byteOffset, length } = next.value;
        this.#chunks.push(Buffer.from(buffer, byteOffset, length));
        this.#available += length;
      }
    }
    return this.#available >= size;
  }

  #front(size: number): Buffer {
    const first = this.#chunks[0];
    if (size === 0 || !first) return Buffer.alloc(0);
    if (first.length >= size) return first.subarray(0, size);
    // Gathered into one chunk, so that a peek before a read copies once and not twice.
    const gathered = Buffer.concat(this.#chunks);
    this.#chunks = [gathered];
    return gathered.subarray(0, size);
  }

  #drop(size: number): void {
    this.#available -= size;
    let left = size;
    while (left > 0) {
      const first = this.#chunks[0]!;
      if (first.length > left) {
        this.#chunks[0] = first.subarray(left);
        return;
      }
      left -= first.length;
      this.#chunks.shift();
    }
  }
}
