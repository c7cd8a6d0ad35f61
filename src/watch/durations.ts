/** Lengths of time as rules write them: `250ms`, `30s`, `5m`, `6h`, `30d`. */

const units: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/** → milliseconds; undefined for anything else. */
export function durationOf(text: unknown): number | undefined {
  const [, digits, unit] = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(String(text)) ?? [];
  if (digits === undefined || unit === undefined || typeof text !== 'string') return undefined;
  const milliseconds = Number(digits) * units[unit]!;
  return milliseconds > 0 ? milliseconds : undefined;
}

/** Milliseconds → the largest unit that divides them: 300000 → `5m`. */
export function durationText(milliseconds: number): string {
  for (const unit of ['d', 'h', 'm', 's'])
    if (milliseconds % units[unit]! === 0) return `${milliseconds / units[unit]!}${unit}`;
  return `${milliseconds}ms`;
}
