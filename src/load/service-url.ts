/** Addresses of services, as people write them. */

import { quoted } from '../core/errors.js';
import type { Address } from './connection.js';

/** Path of predictions, where the address names none. */
const predictPath = '/v1/predict';

/** Reads an address: `http://` or `https://`; a bare host is asked at /v1/predict. A RangeError says what was expected. */
export function serviceUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '')
    throw new RangeError(
      `${quoted(text)} is no address; one such as http://127.0.0.1:8080 was expected`,
    );
  if (url.pathname === '/') url.pathname = predictPath;
  url.hash = '';
  return url;
}

export function addressOf(url: URL): Address {
  const secure = url.protocol === 'https:';
  return {
    // Without the brackets of an IPv6 address.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (secure ? 443 : 80),
    secure,
  };
}
