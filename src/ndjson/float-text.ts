/**
 * f32 values as the shortest decimals that read back to the same f32. JSON.stringify would widen them to f64 first and
 * print 17 digits: twice the bytes, and more time.
 */

/** 10⁰ … 10²²: the powers that f64 holds exactly, so that one division by them rounds as a reader of the text would. */
const powers = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** f32 carries 6 decimal digits at least; 9 always suffice. */
const fewest = 6;
const most = 9;

/** The text of a finite f32, valid in JSON. Throws on NaN and infinities. */
export function float32Text(value: number): string {
  if (value === 0) return '0';
  if (value < 0) return `-${float32Text(-value)}`;
  if (!Number.isFinite(value))
    throw new Error(`${value} cannot be written; a finite number was expected`);
  if (value < 1e-13 || value >= 1e6) return slowText(value);
  const exponent = exponentOf(value);
  for (let digits = fewest; digits <= most; digits++) {
    // value ≈ mantissa / 10^places, mantissa of `digits` digits.
    const places = digits - 1 - exponent;
    const mantissa = Math.round(value * powers[places]!);
    if (Math.fround(mantissa / powers[places]!) === value) return decimal(String(mantissa), places);
  }
  return slowText(value);
}

/** The f64 that prints as the f32 does, in at most nine digits. */
export const shortFloat = (value: number): number => Number(float32Text(value));

/** A JSON list of f32 values: `values` from `start` to `end`. */
export function float32List(values: Float32Array, start = 0, end = values.length): string {
  let text = '[';
  for (let i = start; i < end; i++)
    text += i > start ? `,${float32Text(values[i]!)}` : float32Text(values[i]!);
  return `${text}]`;
}

/** The power of ten of the first digit; value from 1e-13 to 1e6. */
function exponentOf(value: number): number {
  let exponent = 0;
  if (value >= 1) while (value >= powers[exponent + 1]!) exponent++;
  else
    do exponent--;
    while (value * powers[-exponent]! < 1);
  return exponent;
}

/** mantissa / 10^places without trailing zeros; below 1e-6 with an exponent. */
function decimal(mantissa: string, places: number): string {
  let end = mantissa.length;
  while (end > 1 && mantissa.charCodeAt(end - 1) === 48) end--;
  const point = mantissa.length - places;
  if (point > 0) {
    const whole = mantissa.slice(0, point);
    return end > point ? `${whole}.${mantissa.slice(point, end)}` : whole;
  }
  const digits = mantissa.slice(0, end);
  if (point > -6) return `0.${'00000'.slice(0, -point)}${digits}`;
  return end > 1 ? `${digits[0]}.${digits.slice(1)}e${point - 1}` : `${digits}e${point - 1}`;
}

function slowText(value: number): string {
  for (let digits = 1; digits < most; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(most)));
}
