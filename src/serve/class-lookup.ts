/** A class that a client names. */

import type { ClassList } from '../idx/classes.js';
import { RequestError } from './request-error.js';

/** Its index, by name or by label. RequestError 400 where there is no such class; `where` opens the message. */
export function lookUpClass(
  word: string | number,
  { names, labels }: ClassList,
  where: string,
): number {
  const byName = names.indexOf(String(word));
  if (byName >= 0 && typeof word === 'string') return byName;
  const byLabel = /^\d{1,3}$/.test(String(word)) ? labels.indexOf(Number(word)) : -1;
  if (byLabel >= 0) return byLabel;
  throw new RequestError(
    400,
    `${where}: there is no class '${String(word).slice(0, 64)}'; there is ${names.join(', ')}`,
  );
}
