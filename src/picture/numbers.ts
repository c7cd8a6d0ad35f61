/** Numbers as people read them, and round ticks for axes. */

/** 60000 → `60,000`; the sign and up to `digits` decimals kept. */
export function grouped(value: number, digits = 0): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const sign = value < 0 && Number(value.toFixed(digits)) !== 0 ? '-' : '';
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction ? `.${fraction}` : '');
}

/** 0.9264 → `92.6 %`; what is below 1 is never rounded up to 100 %. */
export function percent(share: number, digits = 1): string {
  const rounded = (share * 100).toFixed(digits);
  if (share < 1 && Number(rounded) === 100) return `${(100 - 10 ** -digits).toFixed(digits)} %`;
  return `${rounded} %`;
}

export interface Ticks {
  readonly values: readonly number[];
  /** Every tick with as many decimals as the step needs. */
  readonly format: (value: number) => string;
}

/** About `count` ticks at 1, 2 or 5 times a power of ten within [min, max]. */
export function ticks(min: number, max: number, count: number): Ticks {
  const step = roundStep((max - min) / Math.max(1, count));
  const digits = Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const values: number[] = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++)
    values.push(Number((i * step).toFixed(digits)));
  return { values, format: (value) => grouped(value, digits) };
}

/** [min, max] widened to whole steps, for axes that begin and end on a tick. */
export function roundRange(min: number, max: number, count: number): readonly [number, number] {
  if (!(max > min)) return [min - (Math.abs(min) || 1) * 0.1, max + (Math.abs(max) || 1) * 0.1];
  const step = roundStep((max - min) / count);
  return [Math.floor(min / step + 1e-9) * step, Math.ceil(max / step - 1e-9) * step];
}

function roundStep(rough: number): number {
  if (!(rough > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  // Halfway between two steps is their geometric mean.
  return power * (lead < Math.SQRT2 ? 1 : lead < Math.sqrt(10) ? 2 : lead < Math.sqrt(50) ? 5 : 10);
}
