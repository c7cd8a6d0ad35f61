/** Input of another tool's graph: which dimensions are the image's, and how many images it takes at a time. */

import { describePort, type ForeignModel, type Port } from '../onnx/structure.js';

/** Orders of the dimensions of an input; images have one channel. */
export const layouts = ['nchw', 'nhwc', 'nhw', 'flat'] as const;

/** `nchw`: [n, 1, rows, columns]; `nhwc`: [n, rows, columns, 1]; `nhw`: [n, rows, columns]; `flat`: [n, rows × columns]. */
export type Layout = (typeof layouts)[number];

/** Rows and columns of images. */
export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** The input, understood. */
export interface ImageInput extends Size {
  readonly port: Port;
  readonly layout: Layout;
  /** True where it takes one image at a time. */
  readonly single: boolean;
}

/** Layout and size of the input, as far as the user gives them. */
export interface InputWishes {
  readonly layout?: Layout | undefined;
  /** Size of the images the graph sees. */
  readonly size?: Size | undefined;
}

const ranks: Readonly<Record<Layout, number>> = { nchw: 4, nhwc: 4, nhw: 3, flat: 2 };

/** Element types that can be made of pixels. */
const pixelTypes = new Set([1, 2, 6, 7, 10, 11]);

/** Understands the one input of a graph. Throws a RangeError that says what was found where there is more than one way to, or none. */
export function imageInput({ inputs }: ForeignModel, wishes: InputWishes): ImageInput {
  const [port, ...others] = inputs;
  if (!port) throw new RangeError('has no input; one for images was expected');
  const found = describePort(port);
  if (others.length > 0)
    throw new RangeError(
      `has ${inputs.length} inputs: ${inputs.map(describePort).join(', ')}; one for images was expected`,
    );
  if (port.kind !== 'tensor' || !pixelTypes.has(port.element))
    throw new RangeError(
      `its input ${found} takes no pixels; float16, float32, float64, uint8, int32 or int64 was expected`,
    );
  const layout = layoutOf(port, wishes.layout);
  const [batch = '', ...shape] = port.shape ?? Array(ranks[layout]).fill('');
  if (typeof batch === 'number' && batch > 1)
    throw new RangeError(
      `its input ${found} takes ${batch} images at a time; an export for any number, or for one, was expected`,
    );
  return { port, layout, single: batch === 1, ...sizeOf(found, layout, shape, wishes.size) };
}

function layoutOf(port: Port, wish: Layout | undefined): Layout {
  const found = describePort(port);
  const { shape } = port;
  const fits = layouts.filter((layout) => !shape || ranks[layout] === shape.length);
  if (fits.length === 0)
    throw new RangeError(
      `its input ${found} has ${shape?.length} dimensions; images as 2 (flat), 3 (nhw) or 4 (nchw, nhwc) were expected`,
    );
  if (wish && !fits.includes(wish))
    throw new RangeError(`its input ${found} is not ${wish}; ${fits.join(' or ')} was expected`);
  const left = wish ? [wish] : fits;
  const channels = (layout: Layout) =>
    layout === 'nchw' ? shape?.[1] : layout === 'nhwc' ? shape?.[3] : 1;
  const grey = left.filter((layout) => [1, '', undefined].includes(asSize(channels(layout))));
  if (grey.length === 0)
    throw new RangeError(
      `its input ${found} has ${left.map(channels).join(' or ')} channels; one (grey) was expected`,
    );
  const sure = grey.filter((layout) => channels(layout) === 1);
  const chosen = sure.length > 0 ? sure : grey;
  if (chosen.length === 1) return chosen[0]!;
  throw new RangeError(
    `its input ${found} may be ${chosen.join(' or ')}; --layout was expected to say which`,
  );
}

/** A name of a dimension says no more than that its size is open. */
const asSize = (size: number | string | undefined) => (typeof size === 'string' ? '' : size);

/** The image's size by the shape behind the batch, and by what the user says. */
function sizeOf(
  found: string,
  layout: Layout,
  shape: readonly (number | string)[],
  size: Size | undefined,
): Size {
  const said = size && `${size.rows}x${size.columns}`;
  if (layout === 'flat') {
    const [values = ''] = shape;
    if (!size)
      throw new RangeError(
        `its input ${found} does not say the rows and columns of an image; --size ROWSxCOLUMNS was expected`,
      );
    if (typeof values === 'number' && values !== size.rows * size.columns)
      throw new RangeError(
        `its input ${found} takes ${values} values an image; images of ${said} have ${size.rows * size.columns}`,
      );
    return size;
  }
  const [rows, columns] = (layout === 'nchw' ? shape.slice(1) : shape).map((part, i) =>
    typeof part === 'number' ? part : i === 0 ? size?.rows : size?.columns,
  );
  if (rows === undefined || columns === undefined)
    throw new RangeError(
      `its input ${found} takes images of any size; --size ROWSxCOLUMNS was expected`,
    );
  if (size && (size.rows !== rows || size.columns !== columns))
    throw new RangeError(`its input ${found} takes images of ${rows}x${columns}, not of ${said}`);
  return { rows, columns };
}

/** Shape that images have before the graph. count: of images, −1 for any. */
export function inputShape({ layout, rows, columns }: ImageInput, count: number): number[] {
  if (layout === 'nchw') return [count, 1, rows, columns];
  if (layout === 'nhwc') return [count, rows, columns, 1];
  return layout === 'nhw' ? [count, rows, columns] : [count, rows * columns];
}
