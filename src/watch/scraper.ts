/** Looks at a service's /metrics again and again. */

import { displayName, OperationalError } from '../core/errors.js';
import { errorReason } from './error-reason.js';

/** Milliseconds until a look is given up. */
const patience = 5000;

/** The text; undefined where the service does not answer rightly, and `said` is told why. */
export async function look(
  url: string,
  said: (reason: string) => void,
): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patience) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return text;
  } catch (error) {
    said(errorReason(error));
    return undefined;
  }
}

/** `http://host:port` → its /metrics. OperationalError for what is no such address. */
export function metricsUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new OperationalError(
      displayName(text),
      'is no address; one such as http://127.0.0.1:8080 was expected',
    );
  if (url.pathname === '/') url.pathname = '/metrics';
  return url.href;
}
