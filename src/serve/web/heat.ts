/** Grey images and maps of evidence as pixels, in the colours of /v1/explain's pictures. */

/** Of src/picture/palette.ts, as they stand on dark. */
export const pro = [0x4a, 0xa3, 0xec] as const;
export const contra = [0xf2, 0x8c, 0x3a] as const;

/** Maps weaker than this, in nats, do not reach the full colour. */
const faintest = 1;

/** One RGBA pixel a value; with a map, blue where it is above 0 and orange below. */
export function rgbaOf(
  pixels: Uint8Array,
  map?: readonly number[],
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(pixels.length * 4);
  const strongest = map?.reduce((most, value) => Math.max(most, Math.abs(value)), faintest) ?? 1;
  for (const [i, value] of pixels.entries()) {
    const weight = map?.[i] ?? 0;
    const share = 0.85 * Math.sqrt(Math.abs(weight) / strongest);
    const grey = map ? 0.75 * value : value;
    const colour = weight > 0 ? pro : contra;
    for (const [c, full] of colour.entries()) rgba[i * 4 + c] = grey + share * (full - grey);
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}

const places = [
  ['top left', 'top', 'top right'],
  ['left', 'middle', 'right'],
  ['bottom left', 'bottom', 'bottom right'],
] as const;

/** In words, where most of the evidence for the class is; undefined where there is none to speak of. */
export function strongestPlace(
  map: readonly number[],
  rows: number,
  columns: number,
): string | undefined {
  let best: string | undefined;
  let most = 0.1;
  for (const [r, line] of places.entries())
    for (const [c, name] of line.entries()) {
      let [sum, count] = [0, 0];
      for (let row = Math.floor((r * rows) / 3); row < Math.floor(((r + 1) * rows) / 3); row++)
        for (
          let column = Math.floor((c * columns) / 3);
          column < Math.floor(((c + 1) * columns) / 3);
          column++
        ) {
          sum += map[row * columns + column] ?? 0;
          count++;
        }
      if (count > 0 && sum / count > most) [most, best] = [sum / count, name];
    }
  return best;
}
