/**
 * Address of a request's client. Behind proxies that are trusted it is the rightmost address of X-Forwarded-For, or of
 * Forwarded (RFC 7239), that is not a trusted proxy's: what stands left of it may be made up.
 */

import { BlockList } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { UsageError } from '../../core/errors.js';
import { addRange, hostOf, plainAddress, within } from './addresses.js';

export type ClientAddress = (request: Pick<FastifyRequest, 'raw'>) => string;

/** trusted: addresses of proxies and ranges of them, `10.0.0.0/8`. UsageError where one is neither. */
export function clientAddress(trusted: readonly string[] = []): ClientAddress {
  const proxies = new BlockList();
  for (const text of trusted)
    if (!addRange(proxies, text))
      throw new UsageError(
        `--trust-proxy: '${text}' is no address; one was expected, or a range as in 10.0.0.0/8`,
      );
  const peer: ClientAddress = ({ raw: { socket } }) => {
    const address = socket.remoteAddress ?? '';
    return plainAddress(address) ?? address;
  };
  if (trusted.length === 0) return peer;
  return (request) => {
    const { 'x-forwarded-for': list, forwarded } = request.raw.headers;
    const nearest = peer(request);
    const ways: (readonly string[])[] = [];
    if (list !== undefined) ways.push(String(list).split(','));
    if (forwarded !== undefined) ways.push(forwardedFor(forwarded));
    const [client = nearest, other = client] = ways.map((way) =>
      lastOutside(nearest, way, proxies),
    );
    // A proxy writes one of the two and passes the other on as it came: where they differ, one is a client's own.
    return client === other ? client : nearest;
  };
}

/** Goes from the nearest hop outwards for as long as hops are trusted, and ends where one cannot be read. */
function lastOutside(nearest: string, way: readonly string[], proxies: BlockList): string {
  let at = nearest;
  for (let i = way.length - 1; i >= 0 && within(proxies, at); i--) {
    const next = addressOf(way[i]!.trim());
    if (next === undefined) break;
    at = next;
  }
  return at;
}

/** An address, with a port or without: `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`. */
function addressOf(text: string): string | undefined {
  return plainAddress(text) ?? plainAddress(hostOf(text) ?? '');
}

/** The `for` parameter of every hop, in order; an empty text where a hop has none. */
function forwardedFor(header: string): string[] {
  return header
    .split(',')
    .map((hop) => /(?:^|;)\s*for=(?:"([^"]*)"|([^\s;,"]*))/i.exec(hop)?.slice(1).join('') ?? '');
}
