/** IP addresses in text: the host of an authority, ranges in CIDR notation, the loopback. */

import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** The address, IPv4 mapped into IPv6 (`::ffff:1.2.3.4`) as plain IPv4; undefined where the text is none. A zone (`%eth0`) is cut off. */
export function plainAddress(text: string): string | undefined {
  const address = text.split('%', 1)[0]!.toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1] ?? address;
  return isIP(mapped) === 0 ? undefined : mapped;
}

/** True for 127.0.0.0/8 and ::1. */
export function isLoopback(address: string): boolean {
  return within(loopback, address);
}

/** True where a plain address is of the list. */
export function within(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** `ADDRESS` or `ADDRESS/BITS` → into the list; false where it is neither. */
export function addRange(list: BlockList, text: string): boolean {
  const [address, bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text)?.slice(1) ?? [];
  const plain = address === undefined ? undefined : plainAddress(address);
  if (plain === undefined) return false;
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  const most = family === 'ipv6' ? 128 : 32;
  if (bits === undefined) list.addAddress(plain, family);
  else if (Number(bits) > most) return false;
  else list.addSubnet(plain, Number(bits), family);
  return true;
}

/** `name:8080`, `1.2.3.4:8080`, `[::1]:8080` → the host in lower case, without port, brackets and a final full stop; undefined where it is no authority. */
export function hostOf(authority: string): string | undefined {
  const match = /^(?:\[([\da-f:.]+)\]|([^\s:/?#@[\]]+))(?::\d{0,5})?$/i.exec(authority);
  const host = match?.[1] ?? match?.[2]?.replace(/\.$/, '');
  return host === undefined || host === '' ? undefined : host.toLowerCase();
}
