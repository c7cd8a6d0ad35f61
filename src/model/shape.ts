/** Shapes of the values between layers, without the batch: [features] or [channels, rows, columns]. */

/** Shape of one sample: [channels, rows, columns] or [features]. */
export type Shape = readonly number[];

/** Shape of one sample in training values: [channels, pixels] or [features]. */
export function trainingShape(shape: Shape): Shape {
  const [channels = 0, rows, columns = 1] = shape;
  return rows === undefined ? [channels] : [channels, rows * columns];
}

/** Number of elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** Channels, rows and columns of an image shape. Throws an Error that names the layer where the input is flat. */
export function imageShape(shape: Shape, kind: string): readonly [number, number, number] {
  if (shape.length !== 3)
    throw new Error(`${kind} takes images (channels × rows × columns); its input is flat`);
  return shape as unknown as readonly [number, number, number];
}

/** Number of features of a flat shape. Throws an Error that names the layer where the input is an image. */
export function flatSize(shape: Shape, kind: string): number {
  if (shape.length !== 1)
    throw new Error(`${kind} takes a flat input; put a flatten layer before it`);
  return shape[0]!;
}
