/**
 * A file that lines are added to while others work: gathered in memory, written a few times a second. A disk that is
 * full holds up no request: lines wait, up to a bound, beyond it they are lost, counted, and said to be.
 */

import { close, fsync, open, write } from 'node:fs';
import { promisify } from 'node:util';
import { OperationalError, systemReason } from '../../core/errors.js';

const openFile = promisify(open);
const closeFile = promisify(close);
const syncFile = promisify(fsync);

export interface LineFileOptions {
  /** Told when writing fails, and when it works again; with how many lines were lost in between. */
  readonly say: (text: string) => void;
  /** Bytes that may wait; default 16 MiB. */
  readonly most?: number;
  /** Milliseconds between writes; default 100. */
  readonly pause?: number;
  /** Writes some of the bytes and says how many; another one in tests. */
  readonly write?: (descriptor: number, bytes: Buffer) => Promise<number>;
}

export class LineFile {
  written = 0;
  lost = 0;
  /** Why nothing can be written at the moment. */
  failing: string | undefined;
  #waiting: string[] = [];
  #size = 0;
  /** What a write that was cut off has left to be written; begins in the middle of a line. */
  #rest: Buffer = Buffer.alloc(0);
  #restLines = 0;
  #lostThen = 0;
  #work: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    readonly path: string,
    private descriptor: number,
    readonly options: LineFileOptions,
  ) {}

  /** Opens a file to add to; OperationalError where that cannot be done. `-` is the descriptor 1. */
  static async open(path: string, options: LineFileOptions): Promise<LineFile> {
    return new LineFile(path, await opened(path), options);
  }

  /** Adds a line, newline included; returns at once. */
  add(line: string): void {
    if (this.#size + line.length > (this.options.most ?? 16 << 20)) {
      this.lost++;
      return;
    }
    this.#waiting.push(line);
    this.#size += line.length;
    this.#timer ??= setTimeout(
      () => void this.flush(),
      this.failing ? 1000 : (this.options.pause ?? 100),
    );
  }

  /** Writes what waits. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#work = this.#work.then(() => this.#write());
    return this.#work;
  }

  /** Lets go of the file, which may have been moved away, and opens one by its name. The old one is kept where that fails. */
  async reopen(): Promise<void> {
    if (this.path === '-') return;
    await this.flush();
    this.#work = this.#work.then(async () => {
      try {
        const descriptor = await opened(this.path);
        await closeFile(this.descriptor).catch(() => {});
        this.descriptor = descriptor;
      } catch (error) {
        this.options.say((error as Error).message);
      }
    });
    await this.#work;
  }

  /** Everything on the disk, or counted as lost. */
  async close(): Promise<void> {
    await this.flush();
    const left = this.#waiting.length + this.#restLines;
    if (left > 0) {
      this.lost += left;
      this.options.say(`${this.path}: ${left} lines could not be written (${this.failing})`);
    }
    clearTimeout(this.#timer);
    // Pipes and terminals have nothing to be synchronised.
    await syncFile(this.descriptor).catch(() => {});
    if (this.path !== '-') await closeFile(this.descriptor).catch(() => {});
  }

  async #write(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    const bytes = Buffer.concat([this.#rest, Buffer.from(lines.join(''))]);
    const count = this.#restLines + lines.length;
    let at = 0;
    try {
      while (at < bytes.length) {
        const taken = await (this.options.write ?? writeSome)(this.descriptor, bytes.subarray(at));
        at += taken;
      }
      this.#rest = Buffer.alloc(0);
      this.#restLines = 0;
      this.#size = this.#waiting.reduce((sum, line) => sum + line.length, 0);
      this.written += count;
      if (this.failing) this.#recovered();
    } catch (error) {
      this.#rest = bytes.subarray(at);
      this.#restLines = count;
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (!this.failing) {
      this.#lostThen = this.lost;
      this.options.say(
        `${this.path}: cannot be written: ${systemReason(error)}; the service goes on, and lines wait`,
      );
    }
    this.failing = systemReason(error);
    this.#timer ??= setTimeout(() => void this.flush(), 1000);
    this.#timer.unref();
  }

  #recovered(): void {
    this.options.say(`${this.path}: written again; ${this.lost - this.#lostThen} lines were lost`);
    this.failing = undefined;
  }
}

function opened(path: string): Promise<number> {
  if (path === '-') return Promise.resolve(1);
  return openFile(path, 'a').catch((error) => {
    throw new OperationalError(path, `cannot be written: ${systemReason(error)}`, { cause: error });
  });
}

function writeSome(descriptor: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, (error, taken) => (error ? reject(error) : resolve(taken)));
  });
}
