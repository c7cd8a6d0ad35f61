/**
 * The colours of every picture, in the terminal and out of it. Hues are told apart by viewers with any of the
 * common colour-vision deficiencies, and read on light and dark paper (a test holds both).
 */

export type Rgb = readonly [red: number, green: number, blue: number];

/** The same role on light and on dark paper. */
export interface Tone {
  readonly light: string;
  readonly dark: string;
}

export type HueName = 'blue' | 'orange' | 'green' | 'purple' | 'gold' | 'sky';

/** In the order in which series take them. */
export const hues: Readonly<Record<HueName, Tone>> = {
  blue: { light: '#0f68b0', dark: '#4aa3ec' },
  orange: { light: '#d1560a', dark: '#f28c3a' },
  green: { light: '#0a8f6c', dark: '#2fb98c' },
  purple: { light: '#5e1f6e', dark: '#9a5cc6' },
  gold: { light: '#c9930a', dark: '#f5dc78' },
  sky: { light: '#46a6d6', dark: '#a5e1f2' },
};

export const hueNames = Object.keys(hues) as readonly HueName[];

/** Hues of right and wrong: blue and orange, everywhere. */
export const right: HueName = 'blue';
export const wrong: HueName = 'orange';

export const surface: Readonly<Record<'paper' | 'ink' | 'muted' | 'grid', Tone>> = {
  paper: { light: '#ffffff', dark: '#0f1318' },
  ink: { light: '#1b1f24', dark: '#e8ecf1' },
  muted: { light: '#59636e', dark: '#9aa4af' },
  grid: { light: '#dde2e8', dark: '#2b323a' },
};

/** The hue of the `i`-th series; they repeat after the sixth. */
export function hueOf(i: number): HueName {
  return hueNames[i % hueNames.length]!;
}

/** `#0f68b0` → [15, 104, 176]. */
export function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** A hue as terminals show it, most of which are dark. */
export const inTerminal = (hue: HueName): Rgb => rgbOf(hues[hue].dark);

/** Terminal colours of text about right and wrong. */
export const rightInk = inTerminal(right);
export const wrongInk = inTerminal(wrong);

/** The colour a share of the way from `a` (0) to `b` (1). */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => Math.round(a[i]! + (b[i]! - a[i]!) * share)) as unknown as Rgb;
}

/** Relative luminance, 0 to 1 (WCAG 2.2). */
export function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((v) => {
    const s = v / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two colours, 1 to 21 (WCAG 2.2). */
export function contrastRatio(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
