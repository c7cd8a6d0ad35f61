/** Wording of a gate's outcome. */

import { printable } from '../../picture/printable.js';
import type { GateResult } from '../gate.js';

/** Formats an outcome: `accuracy is 0.9012; at least 0.915 was asked for`. */
export function gateSentence({ gate, className, value }: GateResult): string {
  const metric =
    className === undefined ? gate.metric : `${gate.metric} of ${printable(className)}`;
  const bound = `${gate.side === 'below' ? 'at least' : 'at most'} ${gate.bound}`;
  const is = value === undefined ? 'undefined' : String(Number(value.toPrecision(5)));
  return `${metric} is ${is}; ${bound} was asked for`;
}
