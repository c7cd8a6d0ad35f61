/** The outcome of a gate in words. */

import { printable } from '../../picture/printable.js';
import type { GateResult } from '../gate.js';

/** `accuracy is 0.9012; at least 0.915 was asked for`. */
export function gateSentence({ gate, className, value }: GateResult): string {
  const what = className === undefined ? gate.figure : `${gate.figure} of ${printable(className)}`;
  const bound = `${gate.side === 'below' ? 'at least' : 'at most'} ${gate.bound}`;
  const is = value === undefined ? 'undefined' : String(Number(value.toPrecision(5)));
  return `${what} is ${is}; ${bound} was asked for`;
}
