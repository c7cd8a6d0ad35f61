/** JSON: types of values read from it, and writing it with finite numbers only. */

import { quoted } from './errors.js';

/** `{…}`, and neither a list nor null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text's bytes without the byte order mark that some editors and languages put in front of UTF-8. */
export const withoutMark = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;

/** A whole number from 0 to 255. */
export const isByte = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;

/**
 * Reason why JSON.parse refused a text, on one line and the same in every version of Node: V8 quotes the faulty text,
 * line breaks included, and names line and column behind the position from Node 22 on.
 */
export function jsonFault(error: unknown): string {
  const { message } = error as Error;
  return quoted(message.replace(/ \(line \d+ column \d+\)$/, '')).slice(1, -1);
}

/**
 * A value of a record or an option for a message: its JSON on one line, at most 60 characters of it. Numbers without JSON,
 * such as the infinity that 1e400 is read as, are named; a value that is not there is `missing`.
 */
export function shown(value: unknown): string {
  const text = rendered(value, shownLength);
  return text.length > shownLength ? `${text.slice(0, shownLength - 3)}…` : text;
}

const shownLength = 60;

/** JSON of a value, no longer than needed to fill `room`: a value of any depth and size is looked at no further. */
function rendered(value: unknown, room: number): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, room + 1));
  if (typeof value !== 'object' || value === null) return String(value);
  if (room < 0) return '';
  const isList = Array.isArray(value);
  let text = isList ? '[' : '{';
  const add = (before: string, held: unknown) => {
    text += text.length > 1 ? `,${before}` : before;
    text +=
      typeof held === 'number' && !Number.isFinite(held)
        ? `"${held}"`
        : rendered(held, room - text.length);
    return text.length <= room;
  };
  if (isList) value.every((held) => add('', held));
  else
    for (const key in value)
      if (!add(`${JSON.stringify(key)}:`, (value as Readonly<Record<string, unknown>>)[key])) break;
  return text + (isList ? ']' : '}');
}

/** The same as a predicate: `is missing`, `is null`, `is 1e+300`. */
export const isShown = (value: unknown): string => `is ${shown(value)}`;

/** A value as JSON on one line, under the same rules. */
export function toJson(value: unknown): string {
  return JSON.stringify(plain(value, ''));
}

/** The value with typed arrays made lists and every number checked; parts without typed arrays are passed on as they are. */
function plain(value: unknown, path: string): unknown {
  if (typeof value === 'number') return finite(value, path);
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return plain(listOf(value), path);
  if (Array.isArray(value)) {
    const items = value.map((item, i) => plain(item, `${path}[${i}]`));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  const entries = Object.entries(value);
  const fields = entries.map(([name, held]) => [
    name,
    plain(held, path ? `${path}.${name}` : name),
  ]);
  return fields.some(([, held], i) => held !== entries[i]?.[1])
    ? Object.fromEntries(fields)
    : value;
}

function finite(value: number, path: string): number {
  if (!Number.isFinite(value))
    throw new Error(`field '${path}' of a record is ${value}; a finite number was expected`);
  return value;
}

const listOf = (view: ArrayBufferView) => Array.from(view as unknown as ArrayLike<number>);
