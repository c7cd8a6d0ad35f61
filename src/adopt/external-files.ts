/** Files beside a model, in which its tensors have their values: read in, so that the adopted model is one file. */

import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { readWholeFile } from '../io/whole-file.js';
import { type ExternalData, recodeFunction, recodeGraphBody } from '../onnx/recode.js';
import type { ForeignModel } from '../onnx/structure.js';

/** Reader of the values of tensors in other files. */
export type ExternalReader = (data: ExternalData) => Uint8Array;

/**
 * Reads the files that a model names. path: of the model, whose folder they are in. Throws a RangeError for one outside
 * that folder, and OperationalError where one cannot be read.
 */
export async function openExternalFiles(
  path: string,
  { graph, functions }: ForeignModel,
): Promise<ExternalReader> {
  const files = new Map<string, Uint8Array>();
  for (const location of locations(graph, functions))
    files.set(location, await readWholeFile(join(dirname(path), inside(location))));
  return ({ location, offset, length }) => {
    const file = files.get(location) ?? new Uint8Array();
    const end = length === undefined ? file.length : offset + length;
    if (offset <= end && end <= file.length) return file.subarray(offset, end);
    throw new RangeError(
      `needs bytes ${offset} to ${end} of '${location}', which has ${file.length}; the file of this model was expected`,
    );
  };
}

function locations(graph: Uint8Array, functions: readonly Uint8Array[]): Set<string> {
  const found = new Set<string>();
  const external: ExternalReader = ({ location }) => {
    found.add(location);
    return new Uint8Array();
  };
  recodeGraphBody(graph, { rename: (name) => name, external });
  for (const body of functions) recodeFunction(body, external);
  return found;
}

/** The place of a file within the model's folder. */
function inside(location: string): string {
  const place = normalize(location);
  if (isAbsolute(place) || place === '..' || place.startsWith(`..${sep}`))
    throw new RangeError(
      `names '${location}' as a part of it; a file in its own folder was expected`,
    );
  return place;
}
