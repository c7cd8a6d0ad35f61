/** Answers of HTTP/1.1 as they come off a connection, one at a time (RFC 9112): bodies of known length, chunked, or up to the end. */

export interface HttpAnswer {
  readonly status: number;
  /** [bytes]. */
  readonly body: Buffer;
  /** Whether the connection may carry another request. */
  readonly keepAlive: boolean;
}

/** Far beyond what a head of ours has. */
const headLimit = 64 << 10;

/** Gathers bytes until an answer is whole. An Error says what is not HTTP about them. */
export class AnswerParser {
  #held: Buffer = Buffer.alloc(0);

  /** Whether part of an answer has come. */
  get begun(): boolean {
    return this.#held.length > 0;
  }

  /** Takes bytes; gives the answer where they complete one. More than one answer is an Error: only one was asked for. */
  push(bytes: Buffer): HttpAnswer | undefined {
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, bytes]) : bytes;
    return this.#read(false);
  }

  /** The other side has ended: gives the answer whose body lasts until then. */
  end(): HttpAnswer | undefined {
    return this.begun ? this.#read(true) : undefined;
  }

  #read(ended: boolean): HttpAnswer | undefined {
    for (;;) {
      const end = this.#held.indexOf('\r\n\r\n');
      if (end < 0) {
        if (this.#held.length > headLimit) throw new Error('a head without an end');
        return undefined;
      }
      const head = this.#held.toString('latin1', 0, end);
      const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(head)?.[1]);
      if (!(status >= 100)) throw new Error('not an HTTP/1.1 answer');
      // 100 Continue and its like are no answers yet.
      if (status < 200) {
        this.#held = this.#held.subarray(end + 4);
        continue;
      }
      const body = this.#body(head, status, end + 4, ended);
      if (body === undefined) return undefined;
      const old = head.startsWith('HTTP/1.0');
      const connection = /\r\nconnection: *([^\r]*)/i.exec(head)?.[1]?.toLowerCase() ?? '';
      this.#held = Buffer.alloc(0);
      return {
        status,
        body,
        keepAlive: !ended && (old ? connection === 'keep-alive' : connection !== 'close'),
      };
    }
  }

  #body(head: string, status: number, start: number, ended: boolean): Buffer | undefined {
    if (status === 204 || status === 304) return this.#exactly(start, 0);
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) return this.#chunks(start);
    const length = /\r\ncontent-length: *(\d{1,15})/i.exec(head)?.[1];
    if (length !== undefined) return this.#exactly(start, Number(length));
    return ended ? this.#held.subarray(start) : undefined;
  }

  #exactly(start: number, length: number): Buffer | undefined {
    if (this.#held.length < start + length) return undefined;
    this.#endsAt(start + length);
    return this.#held.subarray(start, start + length);
  }

  #chunks(start: number): Buffer | undefined {
    const parts: Buffer[] = [];
    for (let at = start; ; ) {
      const lineEnd = this.#held.indexOf('\r\n', at);
      if (lineEnd < 0) return undefined;
      const digits = /^[0-9a-f]{1,8}(?=;|$)/i.exec(this.#held.toString('latin1', at, lineEnd))?.[0];
      if (digits === undefined) throw new Error('a chunk without a size');
      const size = Number.parseInt(digits, 16);
      const chunk = lineEnd + 2;
      if (size === 0) {
        // Trailers, which are not sent in practice, would follow; an empty line ends them.
        const end = this.#held.indexOf('\r\n', chunk);
        if (end < 0) return undefined;
        if (end > chunk) throw new Error('trailers after the chunks');
        this.#endsAt(end + 2);
        return Buffer.concat(parts);
      }
      if (this.#held.length < chunk + size + 2) return undefined;
      parts.push(this.#held.subarray(chunk, chunk + size));
      at = chunk + size + 2;
    }
  }

  #endsAt(end: number): void {
    if (this.#held.length > end) throw new Error('more than the answer');
  }
}
