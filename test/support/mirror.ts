/** A web server on this machine whose answers a test decides, request by request. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Mirror {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
}

/** Answers a request; `nth` counts from 1. */
export type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

/** Runs `body` with a server, and ends all of its connections behind it. */
export async function withMirror<R>(answer: Answer, body: (mirror: Mirror) => Promise<R>) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await body({ url: `http://127.0.0.1:${port}/`, requests });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Sends a file as a good server does: with an ETag, whole or the range that was asked for. */
export function sendFile(
  { headers }: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  etag = '"one"',
): void {
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? Number.NaN);
  const fits = headers['if-range'] === undefined || headers['if-range'] === etag;
  if (Number.isNaN(start) || !fits) {
    response.writeHead(200, { etag, 'content-length': bytes.length }).end(bytes);
  } else if (start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  } else {
    const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(206, { etag, 'content-range': range }).end(bytes.subarray(start));
  }
}

/** Announces a file, sends its beginning, and cuts the connection. */
export function sendBeginning(
  response: ServerResponse,
  bytes: Buffer,
  sent: number,
  headers: Record<string, string> = { etag: '"one"' },
): void {
  response.writeHead(200, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, sent), () => setTimeout(() => response.destroy(), 50));
}
