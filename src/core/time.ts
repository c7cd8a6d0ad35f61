/** Parser of instants: the timestamps of RFC 3339, and no others; the one reader of times that every program uses. */

import { shown } from './json.js';

/** Date, hour and minute; seconds with a fraction; zone. */
const timestamp =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?$/;

/** As Date writes it, on a day that every month has: most of the times there are, and Date reads them twice as fast. */
const plain =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:[01][1-9]|10|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** What was expected, for messages. */
const expected = 'a time as 2026-11-21T10:00:00Z or 2026-11-21T11:00:00+01:00 was expected';

/**
 * Milliseconds since 1970 of a timestamp, the same on every machine: a time without a zone would be another one in each,
 * and is refused. RFC 3339 with `T`, `t` or a blank in the middle, and what ISO 8601 allows besides and means but one
 * thing: offsets as +0530 and +05, no seconds, a decimal comma, 24:00 as the end of a day. Digits beyond milliseconds
 * are cut off; a leap second, the last of a June or December in UTC, is the second behind it, as POSIX counts.
 * RangeError with the value for anything else; the caller names the field.
 */
export function parseTime(value: unknown): number {
  if (typeof value !== 'string') throw new RangeError(`is ${shown(value)}; ${expected}`);
  if (plain.test(value)) return Date.parse(value);
  const parts = timestamp.exec(value);
  if (!parts) throw new RangeError(`is ${shown(value)}, which is no timestamp; ${expected}`);
  const [, , , , , , second = '00', digits = '', utc, sign, hours = '00', minutes = '00'] = parts;
  if (utc === undefined && sign === undefined)
    throw new RangeError(`is ${shown(value)}, which has no zone; ${expected}`);
  const [year, month, day, h, m] = [+parts[1]!, +parts[2]!, +parts[3]!, +parts[4]!, +parts[5]!];
  const s = +second;
  const offset = sign === undefined ? 0 : (+hours * 60 + +minutes) * (sign === '-' ? -1 : 1);
  const fraction = digits.length === 3 ? +digits : +`${digits}000`.slice(0, 3);
  // The calendar comes round in 400 years, and Date.UTC takes years before 100 for others.
  const time = Date.UTC(year + 400, month - 1, day, h, m - offset, s, fraction) - fourCenturies;
  const endOfDay = h === 24 && m === 0 && s === 0 && !/[1-9]/.test(digits);
  const fits =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysOf(year, month) &&
    (h <= 23 || endOfDay) &&
    m <= 59 &&
    (s <= 59 || (s === 60 && endsHalfYear(time - fraction))) &&
    +hours <= 23 &&
    +minutes <= 59;
  if (!fits)
    throw new RangeError(`is ${shown(value)}, which no calendar or clock shows; ${expected}`);
  return time;
}

/** Milliseconds: 146,097 days. */
const fourCenturies = 146_097 * 864e5;

/** Days of a month of the Gregorian calendar; month: from 1. */
function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** True at midnight, UTC, of 1 January and 1 July: leap seconds have come before these alone. */
function endsHalfYear(time: number): boolean {
  const iso = new Date(time).toISOString();
  return /-(01|07)-01T00:00:00\.000Z$/.test(iso);
}
