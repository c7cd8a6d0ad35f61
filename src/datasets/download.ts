/** Downloads one URL into a partial file: takes up where it broke off, waits longer after each failure, gives up in the end. */

import { setTimeout as sleep } from 'node:timers/promises';
import { info, openProgress, type Progress } from '../cli/messages.js';
import { OperationalError } from '../core/errors.js';
import {
  ConnectError,
  connectionReason,
  type HttpResponse,
  httpGet,
  LostError,
} from '../io/http.js';
import type { FetchContext } from './fetch-context.js';
import type { Origin, PartialFile } from './partial.js';
import { SourceError } from './source-error.js';

/** Milliseconds before the first repeat; twice as long before each further one. */
const firstPause = 500;
const longestPause = 30_000;
const megabyte = 1e6;

/** Answers that may well be different in a moment. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Completes `partial` with the bytes of `url`.
 * `most` bounds them. Throws a SourceError: absent for 404 and 410, failed for all else.
 */
export async function download(
  url: URL,
  partial: PartialFile,
  most: number,
  context: FetchContext,
): Promise<void> {
  const shown = shownUrl(url);
  let failures = 0;
  let furthest = partial.size;
  for (;;) {
    try {
      return await attempt(url, partial, most, context);
    } catch (error) {
      // No repetition cures these.
      if (error instanceof SourceError || error instanceof OperationalError) throw error;
      const limit = Math.min(context.retries, worthwhile(error));
      if (partial.size > furthest) failures = 0;
      furthest = Math.max(furthest, partial.size);
      if (++failures > limit)
        throw new SourceError('failed', `${shown}: ${connectionReason(error)}`, { cause: error });
      const wait = error instanceof Passing && error.wait ? error.wait : pause(failures);
      info(context.io, `${shown}: ${connectionReason(error)}; trying again in ${wait / 1000} s`);
      await sleep(wait);
    }
  }
}

/** An answer that is no, for now. */
class Passing extends Error {
  constructor(
    message: string,
    readonly wait?: number,
  ) {
    super(message);
  }
}

/**
 * Retries that an error deserves: a host that is not there or leads nowhere none, one that does
 * not connect one; there are other sources.
 */
function worthwhile(error: unknown): number {
  if (error instanceof LostError) return 0;
  if (!(error instanceof ConnectError)) return Infinity;
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOTFOUND' ? 0 : 1;
}

const pause = (failures: number) => Math.min(longestPause, firstPause * 2 ** (failures - 1));

async function attempt(
  url: URL,
  partial: PartialFile,
  most: number,
  context: FetchContext,
): Promise<void> {
  const { validator } = partial.origin;
  const resume = partial.size > 0 && validator !== undefined;
  const headers = resume ? { range: `bytes=${partial.size}-`, 'if-range': validator } : {};
  const response = await httpGet(url, {
    env: context.io.env,
    connectTimeout: Math.min(10_000, context.timeout),
    idleTimeout: context.timeout,
    headers,
  });
  try {
    if (resume && response.status === 416) {
      // Nothing is left to send if we have it all; else the file is not the one we had begun.
      if (partial.size === sizeInRange(response)) return;
      await partial.restart({ url: shownUrl(url) });
      throw new Passing('the server would not go on with the download');
    }
    if (resume && response.status === 206) {
      if (startInRange(response) !== partial.size) {
        await partial.restart({ url: shownUrl(url) });
        throw new Passing('the server went on at another byte than was asked for');
      }
      partial.pieced = true;
    } else {
      refuseStatus(url, response);
      // The whole file: a server that knows no ranges, or one whose file has changed.
      await partial.restart(originOf(url, response));
    }
    await receive(response, partial, most, url, context);
  } finally {
    response.body.destroy();
  }
}

async function receive(
  response: HttpResponse,
  partial: PartialFile,
  most: number,
  url: URL,
  { io }: FetchContext,
): Promise<void> {
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  const total = partial.size + length;
  const bar: Progress = await openProgress(io, {
    total: Math.max(1, Math.round((Number.isNaN(total) ? most : total) / megabyte)),
    unit: 'MB',
  });
  try {
    for await (const bytes of response.body as AsyncIterable<Buffer>) {
      await partial.append(bytes);
      if (partial.size > most)
        throw new SourceError(
          'refused',
          `${shownUrl(url)}: goes on behind ${most} bytes; a shorter file was expected`,
        );
      bar.update(Math.round(partial.size / megabyte), url.pathname.split('/').pop());
    }
  } finally {
    bar.stop();
  }
}

function refuseStatus(url: URL, { status, headers }: HttpResponse): void {
  if (status === 200) return;
  if (passing.has(status)) {
    const seconds = Number(headers['retry-after'] ?? Number.NaN);
    const wait = seconds > 0 ? Math.min(longestPause, seconds * 1000) : undefined;
    throw new Passing(`the server answered ${status}`, wait);
  }
  const kind = status === 404 || status === 410 ? 'absent' : 'failed';
  throw new SourceError(kind, `${shownUrl(url)}: the server answered ${status}`);
}

function originOf(url: URL, { headers }: HttpResponse): Origin {
  const { etag } = headers;
  // A weak ETag does not promise the same bytes (RFC 9110, 13.1.5).
  const validator = etag && !etag.startsWith('W/') ? etag : headers['last-modified'];
  const shown = { url: shownUrl(url) };
  return validator ? { ...shown, validator } : shown;
}

const rangePattern = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/;

function startInRange({ headers }: HttpResponse): number | undefined {
  const start = rangePattern.exec(headers['content-range'] ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

function sizeInRange({ headers }: HttpResponse): number {
  return Number(rangePattern.exec(headers['content-range'] ?? '')?.[2] ?? Number.NaN);
}

/** A URL as messages and files may hold it. */
export function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.password = shown.password && '***';
  return shown.href;
}
