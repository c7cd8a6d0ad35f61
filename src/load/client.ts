/** One service and the connections to it: requests that find none free wait for one, and their waiting counts. */

import type { HttpAnswer } from './answer-parser.js';
import { type Address, Connection, type Failure } from './connection.js';
import type { Payload } from './payloads.js';
import type { Outcome } from './request-counters.js';
import { checkResponse } from './response-check.js';

export interface ClientOptions {
  readonly address: Address;
  /** The most connections at a time. */
  readonly connections: number;
  /** Milliseconds from when a request was due. */
  readonly timeout: number;
}

/** A request; times on the clock of `performance.now()`. */
interface Asked {
  readonly payload: Payload;
  readonly due: number;
  readonly done: (outcome: Omit<Outcome, 'due'>) => void;
}

interface UnderWay extends Asked {
  readonly connection: Connection;
  readonly sent: number;
}

export class Client {
  readonly #options: ClientOptions;
  readonly #idle: Connection[] = [];
  readonly #waiting: Asked[] = [];
  readonly #underWay = new Set<UnderWay>();
  readonly #sweep: NodeJS.Timeout;
  #open = 0;
  #quiet: (() => void) | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    // One timer for all: a request is given up within a twentieth of its time too late.
    const pace = Math.max(5, Math.min(100, options.timeout / 20));
    this.#sweep = setInterval(() => this.#giveUpLate(), pace);
  }

  /** Sends a request as soon as a connection is free; `done` is called once. */
  ask(payload: Payload, due: number, done: Asked['done']): void {
    const asked = { payload, due, done };
    const connection = this.#idle.pop() ?? this.#another();
    if (connection) this.#send(asked, connection);
    else this.#waiting.push(asked);
  }

  /** Resolves when nothing is under way or waiting. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#quiet = resolve;
      this.#tellWhenQuiet();
    });
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const connection of this.#idle) connection.close();
    for (const { connection } of this.#underWay) connection.close();
  }

  #another(): Connection | undefined {
    if (this.#open >= this.#options.connections) return undefined;
    this.#open++;
    return new Connection(this.#options.address);
  }

  #send(asked: Asked, connection: Connection): void {
    const sent = performance.now();
    const underWay = { ...asked, connection, sent };
    this.#underWay.add(underWay);
    connection.send(asked.payload.bytes, (outcome) => {
      const now = performance.now();
      this.#underWay.delete(underWay);
      // First the next one: what is made of the answer must not keep it waiting.
      const next = this.#waiting.shift();
      if (next) this.#send(next, connection);
      else this.#idle.push(connection);
      asked.done(outcomeOf(outcome, asked, now, sent));
      this.#tellWhenQuiet();
    });
  }

  #giveUpLate(): void {
    const limit = performance.now() - this.#options.timeout;
    for (const { due, connection } of this.#underWay) if (due < limit) connection.giveUp('timeout');
    while ((this.#waiting[0]?.due ?? Number.POSITIVE_INFINITY) < limit) {
      const asked = this.#waiting.shift()!;
      const now = performance.now();
      asked.done(outcomeOf('timeout', asked, now, now));
    }
    this.#tellWhenQuiet();
  }

  #tellWhenQuiet(): void {
    if (this.#underWay.size + this.#waiting.length > 0) return;
    const quiet = this.#quiet;
    this.#quiet = undefined;
    quiet?.();
  }
}

function outcomeOf(
  outcome: HttpAnswer | Failure,
  { payload, due }: Asked,
  now: number,
  sent: number,
): Omit<Outcome, 'due'> {
  const times = { latency: now - due, service: now - sent, images: payload.images };
  const failed = { ...times, correct: undefined };
  if (typeof outcome === 'string') return { ...failed, status: undefined, error: outcome };
  const { status, body } = outcome;
  if (status < 200 || status > 299) return { ...failed, status, error: 'status' };
  const verdict = checkResponse(body, payload);
  if (!verdict) return { ...failed, status, error: 'answer' };
  return { ...times, status, error: undefined, correct: verdict.correct };
}
