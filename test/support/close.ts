/** Comparisons with a tolerance, for numbers and for text that holds numbers. */

const number = /[+-]?(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)/g;

/** Whether two numbers agree within `relative` of the larger, or within 1e-12. */
export function isClose(a: number, b: number, relative = 1e-6): boolean {
  return (
    a === b || Math.abs(a - b) <= Math.max(1e-12, relative * Math.max(Math.abs(a), Math.abs(b)))
  );
}

/** Whether two texts are the same but for the last digits of the fractions in them; whole numbers must be equal. */
export function sameText(a: string, b: string, relative = 1e-6): boolean {
  const [x, y] = [a.match(number) ?? [], b.match(number) ?? []];
  return (
    a.replace(number, '#') === b.replace(number, '#') &&
    x.every((value, i) => isClose(Number(value), Number(y[i]), relative))
  );
}

/** The first place where two lists differ beyond the tolerance, in words; undefined where they agree. */
export function difference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: { readonly relative?: number; readonly absolute?: number } = {},
): string | undefined {
  const { relative = 1e-6, absolute = 1e-12 } = tolerance;
  if (actual.length !== expected.length)
    return `${actual.length} values where ${expected.length} were expected`;
  for (let i = 0; i < actual.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (!(Math.abs(a - e) <= absolute + relative * Math.abs(e)))
      return `value ${i} is ${a}; ${e} was expected`;
  }
  return undefined;
}
