#!/usr/bin/env bash
# Date.parse of V8 (Node 20) takes 2026-02-30T00:00:00Z for 2 March and 2026-04-31T00:00:00Z for 1 May, though a 32nd of
# any month is NaN. ECMA-262 asks for NaN where an element of its format is out of bounds, so testing for NaN looks like
# a test of ISO 8601; it is none, and the days of the month have to be counted.
# Source: nodejs/node#47253, denoland/deno#12820, both closed as the behaviour of V8. Exit status 1: this has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > days.mjs <<'END'
const told = (text) => {
  const time = Date.parse(text);
  return Number.isNaN(time) ? 'NaN' : new Date(time).toISOString();
};
const days = ['2026-02-28', '2026-02-29', '2026-02-30', '2026-04-31', '2026-01-32'];
const found = days.map((day) => told(`${day}T00:00:00Z`));
for (const [i, day] of days.entries()) console.log(`${process.version}: ${day}T00:00:00Z is ${found[i]}`);
const expected = ['2026-02-28', '2026-03-01', '2026-03-02', '2026-05-01'].map((day) => `${day}T00:00:00.000Z`);
process.exitCode = JSON.stringify(found) === JSON.stringify([...expected, 'NaN']) ? 0 : 1;
END
node days.mjs
