/** One connection that is kept and carries one request at a time. A socket and a few lines of parsing cost a third of what an HTTP client does. */

import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AnswerParser, type HttpAnswer } from './answer-parser.js';

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** Reason for a missing response: the connection, the time, or bytes that are not HTTP. */
export type Failure = 'connection' | 'timeout' | 'answer';

type Settle = (outcome: HttpAnswer | Failure) => void;

export class Connection {
  readonly #address: Address;
  #socket: Socket | undefined;
  #parser = new AnswerParser();
  #settle: Settle | undefined;

  constructor(address: Address) {
    this.#address = address;
  }

  /** Sends a whole request, connecting first where there is no connection; calls back once. One at a time. */
  send(request: Buffer, settle: Settle): void {
    this.#settle = settle;
    this.#socket ??= this.#open();
    this.#socket.write(request);
  }

  /** Gives up the request under way, and the connection with it: what came late would be taken for the next answer. */
  giveUp(failure: Failure): void {
    this.#drop();
    this.#finish(failure);
  }

  close(): void {
    this.#drop();
  }

  #open(): Socket {
    const { host, port, secure } = this.#address;
    this.#parser = new AnswerParser();
    const socket = secure
      ? connectTls({ host, port, servername: host, ALPNProtocols: ['http/1.1'] })
      : connectPlain({ host, port });
    socket.setNoDelay(true);
    // Of a socket that was given up, nothing is heard any more.
    const current =
      <A extends unknown[]>(handle: (...words: A) => void) =>
      (...words: A) => {
        if (this.#socket === socket) handle(...words);
      };
    socket.on(
      'data',
      current((bytes: Buffer) => this.#take(() => this.#parser.push(bytes))),
    );
    socket.on(
      'end',
      current(() => this.#take(() => this.#parser.end())),
    );
    socket.on('error', () => {});
    socket.on(
      'close',
      current(() => this.giveUp('connection')),
    );
    return socket;
  }

  #take(read: () => HttpAnswer | undefined): void {
    let answer: HttpAnswer | undefined;
    try {
      answer = read();
    } catch {
      this.giveUp('answer');
      return;
    }
    if (!answer) return;
    if (!answer.keepAlive) this.#drop();
    this.#finish(answer);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }

  #finish(outcome: HttpAnswer | Failure): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
  }
}
