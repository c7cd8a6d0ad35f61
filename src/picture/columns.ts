/** A histogram of block characters: columns side by side, some lines high. */

const eighths = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One character a value (0 to 1, in eighths of a line), `height` lines, the topmost first; what is above 0 is never invisible. */
export function columns(shares: readonly number[], height: number): string[] {
  const steps = shares.map((share) => {
    const clipped = Math.min(1, Math.max(0, share || 0));
    return clipped > 0 ? Math.max(1, Math.round(clipped * height * 8)) : 0;
  });
  return Array.from({ length: height }, (_, line) => {
    const below = (height - 1 - line) * 8;
    return steps
      .map((step) => eighths[Math.min(8, Math.max(0, step - below))])
      .join('')
      .trimEnd();
  });
}

/** Neighbouring counts added up, so that there are at most `most`; every new one covers as many old ones. */
export function coarser(counts: readonly number[], most: number): number[] {
  const each = Math.ceil(counts.length / Math.max(1, most));
  const merged: number[] = [];
  for (let i = 0; i < counts.length; i += each)
    merged.push(counts.slice(i, i + each).reduce((sum, count) => sum + count, 0));
  return merged;
}

/**
 * Heights on a logarithmic scale, for counts that differ by orders of magnitude: the largest has 1, the smallest one
 * that is not 0 stands a little above the ground, and 0 stays 0.
 */
export function logarithmicShares(counts: readonly number[]): number[] {
  const logs = counts.map((count) => (count > 0 ? Math.log10(count) : undefined));
  const there = logs.filter((log) => log !== undefined);
  const ground = there.reduce((a, b) => Math.min(a, b), Infinity) - 0.3;
  const range = there.reduce((a, b) => Math.max(a, b), -Infinity) - ground;
  return logs.map((log) => (log === undefined ? 0 : (log - ground) / range));
}
