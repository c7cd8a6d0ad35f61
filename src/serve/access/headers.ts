/** Security headers of every response: nothing is to be cached, framed, sniffed or run. */

export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** With TLS: a year of it. */
export const strictTransport = { 'strict-transport-security': 'max-age=31536000' };

/** A client's own request id, where it is fit to be repeated in headers and logs. */
export function soundRequestId(id: string | string[] | undefined): string | undefined {
  return typeof id === 'string' && /^[\w.:-]{1,64}$/.test(id) ? id : undefined;
}
