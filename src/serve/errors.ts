/** Errors → answers: `{"error": …}`, with the right status and without a word of what is inside. */

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
