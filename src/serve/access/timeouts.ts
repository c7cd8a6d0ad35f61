/**
 * Timeouts of a connection: a slow request, an unread response, or bytes that are not HTTP. Each
 * is cut off, and counted.
 */

import type { ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import type { CounterMetric } from '../metrics/exposition.js';

/** Bytes that the head of a request may have. */
export const mostHead = 16 * 1024;

/** Milliseconds that a client has to read an error response and go. */
const goodbye = 1000;

/** Milliseconds a client may take: for its request to arrive, and between two looks at its answer. */
export function timeouts(timeout: number): {
  readonly requestTimeout: number;
  readonly connectionTimeout: number;
  readonly server: ServerOptions;
} {
  const requestTimeout = Math.max(timeout, 1000);
  // Node looks for late requests every half minute unless told otherwise.
  const connectionsCheckingInterval = Math.min(Math.ceil(requestTimeout / 10), 1000);
  return {
    requestTimeout,
    // Later than the other, so that a late request is answered 408 rather than cut.
    connectionTimeout: requestTimeout + 2 * connectionsCheckingInterval,
    server: {
      // Both, and the same: Node exchanges the two where that for heads is the longer, a minute by default.
      headersTimeout: requestTimeout,
      requestTimeout,
      connectionsCheckingInterval,
      maxHeaderSize: mostHead,
      handshakeTimeout: requestTimeout,
    },
  };
}

/** Cuts the connection where its client does not take the answer; one that waits for us is left in peace. */
export function cutUnread({ raw }: FastifyReply, cut: CounterMetric): void {
  raw.on('timeout', () => {
    const { socket } = raw;
    if (!socket || socket.writableLength === 0) return;
    cut.add(['unread']);
    socket.destroy();
  });
}

/**
 * Refuses what is no request, or none in time: a response where one can still be given, and the
 * end of the connection.
 */
export function refuseConnection(
  { code = '' }: Error & { readonly code?: string },
  socket: Socket,
  cut: CounterMetric,
): void {
  // Gone, or refused already.
  if (code === 'ECONNRESET' || code === 'EPIPE' || socket.writableEnded) {
    socket.destroy();
    return;
  }
  const [reason, status, words] = refusals[code] ?? refusals.malformed;
  cut.add([reason]);
  if (!socket.writable || /^ERR_(SSL|TLS)/.test(code)) {
    socket.destroy();
    return;
  }
  const body = `${JSON.stringify({ error: words })}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  // Destroyed at once, what it still sends would be answered by a reset, which may overtake the words.
  const timer = setTimeout(() => socket.destroy(), goodbye).unref();
  socket.once('close', () => clearTimeout(timer));
}

type Refusal = readonly [reason: string, status: string, words: string];
const refusals: Readonly<Record<string, Refusal>> & { readonly malformed: Refusal } = {
  ERR_HTTP_REQUEST_TIMEOUT: [
    'late',
    '408 Request Timeout',
    'the request took too long to arrive (--timeout)',
  ],
  ERR_TLS_HANDSHAKE_TIMEOUT: ['late', '', ''],
  HPE_HEADER_OVERFLOW: [
    'large-head',
    '431 Request Header Fields Too Large',
    `the head of the request is larger than ${mostHead} bytes`,
  ],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [
    'malformed',
    '413 Content Too Large',
    'the extensions of a chunk are too large',
  ],
  malformed: ['malformed', '400 Bad Request', 'not sound HTTP'],
};
