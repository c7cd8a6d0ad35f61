/** The access log: a JSON object a request, gathered and written a few times a second. */

import type { Writable } from 'node:stream';

export interface AccessEntry {
  readonly id: string;
  readonly client: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  /** What went wrong inside, in words that the client was not given. */
  readonly cause?: string | undefined;
}

/** Lines that wait for a reader who is too slow, at most; more are dropped and counted. */
const mostWaiting = 1 << 20;

export class AccessLog {
  #text = '';
  #timer: NodeJS.Timeout | undefined;
  #dropped = 0;

  constructor(readonly stream: Writable) {}

  write({ milliseconds, ...entry }: AccessEntry): void {
    if (this.#text.length + this.stream.writableLength > mostWaiting) {
      this.#dropped++;
      return;
    }
    const time = new Date().toISOString();
    const ms = Math.round(milliseconds * 1000) / 1000;
    this.#text += `${JSON.stringify({ type: 'access', time, ...entry, ms })}\n`;
    this.#timer ??= setTimeout(() => this.flush(), 100).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#dropped > 0)
      this.#text += `${JSON.stringify({ type: 'access', time: new Date().toISOString(), dropped: this.#dropped })}\n`;
    this.#dropped = 0;
    if (this.#text !== '') this.stream.write(this.#text);
    this.#text = '';
  }
}
