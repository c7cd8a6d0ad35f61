/** Bytes as decimal text, straight into a buffer: strings would cost ten times as much on millions of pixels. */

/** Appends `values`, comma-separated, to `out` at `at`; returns where it ended. Takes at most 4 bytes a value. */
export function writeDecimals(out: Buffer, at: number, values: Uint8Array): number {
  let end = at;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (i > 0) out[end++] = 0x2c;
    if (value > 99) out[end++] = 0x30 + Math.floor(value / 100);
    if (value > 9) out[end++] = 0x30 + (Math.floor(value / 10) % 10);
    out[end++] = 0x30 + (value % 10);
  }
  return end;
}
