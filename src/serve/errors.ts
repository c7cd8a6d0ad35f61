/** Errors → answers: `{"error": …}`, with the right status and without a word of what is inside. */

import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply } from 'fastify';
import { RequestError } from './request-error.js';

/** Answers with an error. What is not the client's business is left to the access log. */
export function answerError(error: unknown, reply: FastifyReply): void {
  const { status, message, headers } = described(error);
  // What has been read of an oversized body stays in the way of the next request.
  if (status === 413 || status === 408) reply.header('connection', 'close');
  reply.code(status).headers(headers).type('application/json; charset=utf-8');
  reply.send(`${JSON.stringify({ error: message })}\n`);
}

function described(error: unknown): Pick<RequestError, 'status' | 'message' | 'headers'> {
  if (error instanceof RequestError) return error;
  const { statusCode = 500, code, message } = error as FastifyError;
  if (statusCode >= 500 || statusCode < 400)
    return { status: 500, message: 'internal error', headers: {} };
  return { status: statusCode, message: frameworkWords[code] ?? message, headers: {} };
}

/** Fastify's own errors, in our words. */
const frameworkWords: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is larger than allowed (--max-body)',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as its Content-Length says',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the Content-Type is no media type',
};

/** What is not even HTTP. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const large = error.code === 'HPE_HEADER_OVERFLOW';
  const status = late
    ? '408 Request Timeout'
    : large
      ? '431 Request Header Fields Too Large'
      : '400 Bad Request';
  const words = late
    ? 'the request took too long to arrive'
    : large
      ? 'the headers are too large'
      : 'not sound HTTP';
  const body = `${JSON.stringify({ error: words })}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}
