/** Classes that a person names: by a list, a file or a known data set; and their order among others. */

import { UsageError } from '../core/errors.js';
import { type ClassList, classListFault } from '../idx/classes.js';
import { readWholeFile } from '../io/whole-file.js';
import { datasetOf, knownDatasets } from './datasets.js';

/** Names of `NAME,…`, of a known data set, or of the lines of a file. Throws OperationalError where the file cannot be read, and a RangeError for names given twice. */
export async function readClasses(text: string): Promise<ClassList> {
  const known = knownDatasets.includes(text) ? datasetOf(text).classes : undefined;
  if (known) return known;
  const names = await readNames(text);
  if (names.length > 256) throw new RangeError(`are ${names.length}; 256 at most were expected`);
  return { names, labels: names.map((_, i) => i) };
}

/** The classes of an option, where it is given; UsageError where they cannot be. */
export async function readClassesOption(text: string | undefined): Promise<ClassList | undefined> {
  try {
    return text === undefined ? undefined : await readClasses(text);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--classes: the names ${error.message}`);
    throw error;
  }
}

/** Names in `NAME,…` or in the lines of a file. */
export async function readNames(text: string): Promise<string[]> {
  const names = (
    text.includes(',')
      ? text.split(',')
      : (await readWholeFile(text)).toString('utf8').trimEnd().split('\n')
  ).map((name) => name.trim());
  if (names.length < 2) throw new RangeError('are fewer than two; a name for each was expected');
  const empty = names.indexOf('');
  if (empty >= 0) throw new RangeError(`have no name at ${empty}; one for each was expected`);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new RangeError(`name '${twice}' twice; each once was expected`);
  return names;
}

/** Column of each class among values that stand in the order of `names`. Throws a RangeError where these are other classes. */
export function orderOf({ names: classes }: ClassList, names: readonly string[]): number[] {
  const odd =
    names.find((name) => !classes.includes(name)) ?? classes.find((name) => !names.includes(name));
  if (odd === undefined) return classes.map((name) => names.indexOf(name));
  throw new RangeError(
    `are ${names.join(', ')}; ${classes.join(', ')} were expected, in any order`,
  );
}

/**
 * Classes and order by the labels that a graph writes beside its values: whole numbers are label values, texts are names.
 * Throws a RangeError where there are others than `classes` has.
 */
export function classesByLabels(
  classes: ClassList,
  labels: readonly (number | string)[],
): { readonly classes: ClassList; readonly order: readonly number[] } {
  if (labels.length !== classes.names.length)
    throw new RangeError(
      `are ${labels.length} in the model (${labels.join(', ')}); ${classes.names.length} were named`,
    );
  if (labels.every((label) => typeof label === 'string'))
    return { classes, order: orderOf(classes, labels) };
  const ascending = [...(labels as number[])].sort((a, b) => a - b);
  const own = { names: classes.names, labels: ascending };
  const fault = classListFault(own);
  if (fault) throw new RangeError(`in the model (${labels.join(', ')}): ${fault}`);
  return { classes: own, order: ascending.map((label) => labels.indexOf(label)) };
}
