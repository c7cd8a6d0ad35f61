/** Proxy of a URL: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case, as curl reads them. */

import { OperationalError } from '../core/errors.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for `url`, or undefined where it is reached directly. Throws where the variable holds no URL. */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const scheme = url.protocol.slice(0, -1);
  const [name, value] = firstSet(env, [`${scheme}_proxy`, 'all_proxy']);
  if (!value || isExempt(url, firstSet(env, ['no_proxy'])[1])) return undefined;
  try {
    const proxy = new URL(value.includes('://') ? value : `http://${value}`);
    if (proxy.protocol === 'http:' || proxy.protocol === 'https:') return proxy;
  } catch {
    // The message below serves both.
  }
  throw new OperationalError(`$${name}`, 'is not the http: or https: URL of a proxy');
}

function firstSet(env: Environment, names: readonly string[]): [string, string | undefined] {
  for (const name of names.flatMap((n) => [n, n.toUpperCase()])) {
    if (env[name]) return [name, env[name]];
  }
  return ['', undefined];
}

/** NO_PROXY: names (their subdomains included), addresses, `name:port`, or `*` for everything. */
function isExempt(url: URL, list = ''): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const { name, port: only } = hostAndPort(entry);
      const wanted = name.replace(/^\*?\./, '');
      return (!only || only === port) && (host === wanted || host.endsWith(`.${wanted}`));
    });
}

/** `name:port`, `[::1]:port`, or a bare address of IPv6, whose colons separate no port. */
function hostAndPort(entry: string): { name: string; port: string | undefined } {
  const [, bracketed, behind] = /^\[(.*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return { name: bracketed, port: behind };
  const [name = '', port, ...more] = entry.split(':');
  return more.length > 0 ? { name: entry, port: undefined } : { name, port };
}

/** The value of a Proxy-Authorization header, where the proxy's URL holds a name and password. */
export function proxyCredentials(proxy: URL): string | undefined {
  if (!proxy.username) return undefined;
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
