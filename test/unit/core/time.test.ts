/** Timestamps: one instant whatever the machine; what is ambiguous or no time is refused, with its value. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseTime } from '../../../src/core/time.js';

const test = suite('core/time');

const instant = fc.integer({ min: Date.UTC(1, 0, 2), max: Date.UTC(9999, 11, 30) });

test('what Date writes is read back, and so is any zone it is moved to', () => {
  fc.assert(
    fc.property(
      instant,
      fc.integer({ min: -1439, max: 1439 }),
      fc.constantFrom('T', 't', ' '),
      fc.constantFrom(':', ''),
      (time, offset, middle, colon) => {
        assert.is(parseTime(new Date(time).toISOString()), time);
        const local = new Date(time + offset * 60_000).toISOString().slice(0, -1);
        const two = (value: number) => String(value).padStart(2, '0');
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
        const zone = `${offset < 0 ? '-' : '+'}${two(hours)}${colon}${two(minutes)}`;
        assert.is(parseTime(local.replace('T', middle) + zone), time);
      },
    ),
  );
});

test('days: those of the calendar and no others', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
      (year, month, day) => {
        const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T12:00:00Z`;
        const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
        const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
        if (day >= 1 && day <= days) assert.is(parseTime(text), Date.parse(text));
        else assert.throws(() => parseTime(text), /which no calendar or clock shows/);
      },
    ),
  );
});

for (const [text, same] of [
  ['2026-10-25T00:00:00Z', '2026-10-25T00:00:00.000Z'],
  ['2026-10-25t00:00:00z', '2026-10-25T00:00:00.000Z'],
  ['2026-10-25 00:00:00+00', '2026-10-25T00:00:00.000Z'],
  ['2026-10-25T05:30:00+0530', '2026-10-25T00:00:00.000Z'],
  ['2026-10-24T20:00-04:00', '2026-10-25T00:00:00.000Z'],
  ['2026-10-25T00:00:00-00:00', '2026-10-25T00:00:00.000Z'],
  ['2026-10-20T00:00:00.000Z', '2026-10-20T00:00:00.000Z'],
  ['2026-02-28T23:59:59.999Z', '2026-02-28T23:59:59.999Z'],
  ['2026-10-25T00:00:00.1Z', '2026-10-25T00:00:00.100Z'],
  ['2026-10-25T00:00:00,123999999Z', '2026-10-25T00:00:00.123Z'],
  ['2026-10-25T24:00:00Z', '2026-10-26T00:00:00.000Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['2016-12-31T23:59:60.5Z', '2017-01-01T00:00:00.500Z'],
  ['2015-07-01T01:59:60+02:00', '2015-07-01T00:00:00.000Z'],
  ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
  ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
] as const)
  test(`${text} is ${same}`, () => {
    assert.is(new Date(parseTime(text)).toISOString(), same);
  });

for (const [value, fault] of [
  [
    '2026-10-25T00:00:00',
    /is "2026-10-25T00:00:00", which has no zone; a time as 2026-11-21T10:00:00Z/,
  ],
  ['2026-10-25 00:00', /no zone/],
  ['1', /is "1", which is no timestamp/],
  ['12/01/2026', /is "12\/01\/2026", which is no timestamp/],
  ['2026-10-25', /no timestamp/],
  ['2026-W43-7T00:00:00Z', /no timestamp/],
  ['20261025T000000Z', /no timestamp/],
  ['Sun, 25 Oct 2026 00:00:00 GMT', /no timestamp/],
  ['+010000-01-01T00:00:00Z', /no timestamp/],
  ['10000-01-01T00:00:00Z', /no timestamp/],
  ['2026-10-25T00:00:00.Z', /no timestamp/],
  ['2026-10-25T00:00:00Z[UTC]', /no timestamp/],
  [' 2026-10-25T00:00:00Z', /no timestamp/],
  ['2026-10-25T00:00:00Z\n', /no timestamp/],
  ['2026-00-10T00:00:00.000Z', /no calendar/],
  ['2026-10-00T00:00:00.000Z', /no calendar/],
  ['2026-02-29T00:00:00.000Z', /no calendar/],
  ['2026-02-30T00:00:00Z', /no calendar/],
  ['2026-10-25T24:00:01Z', /no calendar/],
  ['2026-10-25T24:00:00.001Z', /no calendar/],
  ['2026-10-25T25:00:00Z', /no calendar/],
  ['2026-10-25T00:60:00Z', /no calendar/],
  ['2026-10-25T23:59:60Z', /no calendar/],
  ['2026-13-31T23:59:60Z', /no calendar/],
  ['2026-10-25T00:00:00+24:00', /no calendar/],
  ['2026-10-25T00:00:00+01:60', /no calendar/],
  [1760000000, /is 1760000000; a time as/],
  [null, /is null; a time as/],
  [undefined, /is missing; a time as/],
] as const)
  test(`${JSON.stringify(value)} is refused`, () => {
    assert.throws(() => parseTime(value), fault);
  });

test.run();
