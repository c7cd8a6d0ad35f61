/** Data of a tensor in JSON: a flat list row by row, or lists nested as its shape; nothing else is taken for either. */

import { described } from '../intake/json-images.js';
import { RequestError } from '../request-error.js';

/**
 * The values in order, row by row. RequestError 400 where lists are nested otherwise than `shape` says, or are ragged.
 * A flat list is given back as it is, however long. `called` opens the messages.
 */
export function flatValues(
  data: readonly unknown[],
  shape: readonly number[],
  called: string,
): readonly unknown[] {
  const deep = depthOf(data);
  if (deep === 1) return data;
  if (deep !== shape.length)
    throw new RequestError(
      400,
      `${called}: its data is lists nested ${deep} deep; its shape [${shape.join(', ')}] or one flat list was expected`,
    );
  const values: unknown[] = [];
  gather(data, shape, 0, `${called}: data`, values);
  return values;
}

/** Sizes of nested lists by the first of each; whether the others are like it, flatValues checks. */
export function nestedShape(data: readonly unknown[]): number[] {
  const shape: number[] = [];
  for (let at: unknown = data; Array.isArray(at); at = at[0]) shape.push(at.length);
  return shape;
}

const depthOf = (data: readonly unknown[]) => nestedShape(data).length;

function gather(
  list: readonly unknown[],
  shape: readonly number[],
  level: number,
  where: string,
  values: unknown[],
): void {
  const wanted = shape[level]!;
  if (list.length !== wanted)
    throw new RequestError(
      400,
      `${where} is a list of ${list.length}; ${wanted} were expected (its shape is [${shape.join(', ')}])`,
    );
  const innermost = level === shape.length - 1;
  for (let i = 0; i < wanted; i++) {
    const item = list[i];
    if (innermost) values.push(item);
    else if (Array.isArray(item)) gather(item, shape, level + 1, `${where}[${i}]`, values);
    else
      throw new RequestError(
        400,
        `${where}[${i}] is ${described(item)}; a list of ${shape[level + 1]} was expected (its shape is [${shape.join(', ')}])`,
      );
  }
}
