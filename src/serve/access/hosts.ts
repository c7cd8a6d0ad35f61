/**
 * Hosts and origins that a service answers to. A page from elsewhere can have its own name resolve to the address of
 * a service (DNS rebinding) and would then be of its origin: so names are answered that are known to be ours, and no
 * others. An address cannot be made to resolve to another: where the service listens beyond the loopback, every address
 * is answered, as probes and scrapers use them. What changes something is not taken from pages of other origins.
 */

import { hostname } from 'node:os';
import type { FastifyRequest } from 'fastify';
import { quoted, UsageError } from '../../core/errors.js';
import { RequestError } from '../request-error.js';
import { hostOf, isLoopback, plainAddress } from './addresses.js';

/** Host headers whose answer is remembered; a client that sends others costs a look-up each. */
const mostKnown = 256;

export class HostRules {
  /** Whether it listens where only this machine reaches it. */
  readonly local: boolean;
  readonly #names: ReadonlySet<string>;
  readonly #allowed: readonly string[];
  readonly #known = new Set<string>();

  /**
   * host: what the service listens on, an address or a name. allowed: further names, `.example.org` for one and all
   * names below it, `*` for any. UsageError where one is no name.
   */
  constructor(host = '127.0.0.1', allowed: readonly string[] = []) {
    const own = host.toLowerCase();
    const address = plainAddress(own);
    this.local = address === undefined ? isLocalName(own) : isLoopback(address);
    this.#allowed = allowed.map(nameOf);
    this.#names = new Set([own, ...(this.local ? [] : [hostname().toLowerCase()])]);
  }

  /** RequestError 421 where a request is for another host. One without a Host is no browser's, and is let in. */
  checkHost(host: string | undefined): void {
    if (host === undefined || host === '' || this.#known.has(host)) return;
    const name = hostOf(host);
    if (name === undefined || !this.#answersTo(name))
      throw new RequestError(
        421,
        `this service does not answer to the host '${shown(host)}'; ${this.local ? 'localhost' : 'an address'} was expected, or a name that --allow-host names`,
      );
    if (this.#known.size < mostKnown) this.#known.add(host);
  }

  /**
   * RequestError 403 where a page of another origin sent what changes something: Origin says so, and where there is
   * none, Sec-Fetch-Site. Programs send neither.
   */
  checkOrigin({ host, origin, 'sec-fetch-site': site }: FastifyRequest['headers']): void {
    if (origin === undefined) {
      if (site === undefined || site === 'same-origin' || site === 'none') return;
      throw new RequestError(403, 'a page of another site may not ask this of the service');
    }
    const authority = /^https?:\/\/(.+)$/i.exec(origin)?.[1]?.toLowerCase();
    if (authority !== undefined && authority === host?.toLowerCase()) return;
    const name = authority === undefined ? undefined : hostOf(authority);
    if (name !== undefined && this.#isAllowed(name)) return;
    throw new RequestError(
      403,
      `a page of '${shown(origin)}' may not ask this of the service; --allow-host lets the pages of a host`,
    );
  }

  #answersTo(name: string): boolean {
    if (this.#names.has(name) || this.#isAllowed(name) || isLocalName(name)) return true;
    const address = plainAddress(name);
    return address !== undefined && (!this.local || isLoopback(address));
  }

  #isAllowed(name: string): boolean {
    return this.#allowed.some(
      (one) => one === '*' || one === name || (one.startsWith('.') && `.${name}`.endsWith(one)),
    );
  }
}

function nameOf(text: string): string {
  const name = hostOf(text);
  if (name === undefined || (name !== '*' && name.includes('*')))
    throw new UsageError(
      `--allow-host: ${quoted(text)} is no name of a host; example.org was expected, .example.org for all below it, or *`,
    );
  return name;
}

/** `localhost` and the names below it, which resolve to the loopback (RFC 6761). */
const isLocalName = (name: string) => name === 'localhost' || name.endsWith('.localhost');

const shown = (text: string) => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
