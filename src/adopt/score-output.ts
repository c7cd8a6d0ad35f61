/** Output of another tool's graph that holds a value for each class. */

import { describePort, type ForeignModel, type Port } from '../onnx/structure.js';

/** The values of the classes: a tensor of the graph, an output or inside. */
export interface ScoreOutput {
  /** Name of the tensor. */
  readonly value: string;
  /** Element type of the tensor, 0 where it is not known. */
  readonly element: number;
  /** Labels of the columns, where the graph says them. */
  readonly labels?: readonly (number | string)[];
}

const floats = new Set([1, 10, 11]);

/**
 * Finds the tensor with a value a class. Of several outputs, `wish` names one; a map of classes to values (ZipMap) stands
 * for the tensor it is made of. Throws a RangeError that lists the outputs where none fits, or more than one does.
 */
export function scoreOutput(
  model: ForeignModel,
  classes: number,
  wish: string | undefined,
): ScoreOutput {
  const { outputs } = model;
  const list = listed(outputs);
  const asked = wish === undefined ? outputs : outputs.filter(({ name }) => name === wish);
  if (asked.length === 0 && wish !== undefined)
    throw new RangeError(`has no output '${wish}'; it has ${list}`);
  const found = asked.flatMap((port) => scoresOf(model, port) ?? []);
  if (found.length === 0)
    throw new RangeError(
      asked.some(({ element }) => element === 7 || element === 8)
        ? `gives labels and no values of the classes: ${list}; an output with a float for each of ${classes} classes was expected`
        : `has no output with a float for each of ${classes} classes: ${list}`,
    );
  const fitting = found.filter(({ width }) => width === undefined || width === classes);
  if (fitting.length === 1) return fitting[0]!;
  if (fitting.length > 1)
    throw new RangeError(
      `has several outputs that may be the values of ${classes} classes: ${list}; --tensor NAME was expected to say which`,
    );
  const widths = new Set(found.map(({ width }) => `${width} value${width === 1 ? '' : 's'}`));
  throw new RangeError(
    `gives ${[...widths].join(' or ')} an image in an output: ${list}; one for each of ${classes} classes was expected`,
  );
}

/** The outputs, the first of them where there are many. */
function listed(outputs: readonly Port[]): string {
  const shown = outputs.slice(0, 4).map(describePort).join(', ');
  return outputs.length > 4 ? `${shown}, … (${outputs.length} in all)` : shown || 'none';
}

/** An output as a tensor of values; undefined where it is none. */
function scoresOf(
  { nodes }: ForeignModel,
  { name, kind, element, shape }: Port,
): (ScoreOutput & { readonly width: number | undefined }) | undefined {
  if (kind === 'tensor')
    return floats.has(element) ? { value: name, element, width: widthOf(shape) } : undefined;
  const zip = nodes.find(({ type, outputs }) => type === 'ZipMap' && outputs.includes(name));
  const value = zip?.inputs[0];
  if (zip === undefined || value === undefined) return undefined;
  const labels = ['classlabels_int64s', 'classlabels_strings'].flatMap(
    (key) => zip.attributes.get(key) ?? [],
  );
  return { value, element: 0, labels, width: labels.length };
}

/** Values an image: of [n, k], [n, k, 1, 1], and of [k], where there is no batch. Undefined where the shape does not say. */
function widthOf(shape: Port['shape']): number | undefined {
  if (!shape) return undefined;
  const sizes = shape.length > 1 ? shape.slice(1) : shape;
  // One dimension of open size is that of the batch.
  if (shape.length === 1 && typeof sizes[0] !== 'number') return 1;
  if (!sizes.every((size) => typeof size === 'number')) return undefined;
  return sizes.reduce((product, size) => product * size, 1);
}
