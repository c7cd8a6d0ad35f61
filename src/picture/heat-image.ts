/** A map of evidence laid over the image it is about: what speaks for the class in blue, what speaks against it in orange. */

import { rightInk, wrongInk } from './palette.js';
import { encodeRgbPng } from './png.js';

export interface HeatImage {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] bytes. */
  readonly pixels: Uint8Array;
  /** [rows, columns] evidence; above 0 speaks for the class. */
  readonly map: Float32Array;
  /** Pixels of the picture along each side of one of the image. */
  readonly zoom: number;
}

/** Maps weaker than this, in nats, are not stretched to the full colour: there is nothing to see in noise. */
export const faintest = 1;

/** As a PNG. The strongest evidence has the full colour, or what reaches `faintest`. */
export function heatPng({ rows, columns, pixels, map, zoom }: HeatImage): Buffer {
  const strongest = map.reduce((most, value) => Math.max(most, Math.abs(value)), faintest);
  const samples = new Uint8Array(rows * columns * zoom * zoom * 3);
  const width = columns * zoom;
  for (let at = 0; at < samples.length; at += 3) {
    const place = at / 3;
    const source = Math.floor(place / width / zoom) * columns + Math.floor((place % width) / zoom);
    const value = map[source]!;
    const share = 0.85 * Math.sqrt(Math.abs(value) / strongest);
    const grey = 0.75 * pixels[source]!;
    const colour = value > 0 ? rightInk : wrongInk;
    for (let i = 0; i < 3; i++) samples[at + i] = Math.round(grey + share * (colour[i]! - grey));
  }
  return encodeRgbPng(rows * zoom, width, samples);
}
