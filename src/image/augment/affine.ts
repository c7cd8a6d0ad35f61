/** Affine maps from result to source pixels: one affine map, composed as Keras composes it. */

/** Row and column of the result → column and row of the original: column' = xx·column + xy·row + x0, row' = yx·column + yy·row + y0. */
export interface AffineMap {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/** Random geometry of one image. */
export interface Geometry {
  /** Degrees, against the clock. */
  readonly rotate: number;
  /** Pixels that what is seen moves to the left, and up. */
  readonly left: number;
  readonly up: number;
  /** Sine of the shearing angle. */
  readonly shear: number;
  /** Factors on the size of what is looked at: below 1, things grow. */
  readonly zoomX: number;
  readonly zoomY: number;
  readonly flip: boolean;
  /** Whole pixels that the finished picture is moved by, to the right and down. */
  readonly right: number;
  readonly down: number;
}

/**
 * The map of an image of rows × columns. From the result back to the original, about the centre ((columns − 1) / 2,
 * (rows − 1) / 2): the whole-pixel move is undone, then the flip; then zoom, shear, shift and rotation are looked
 * through, in the order of Keras' `apply_affine_transform` (matrix rotation · shift · shear · zoom on
 * column and row; shear [[1, −sin φ], [0, cos φ]]), whose ImageDataGenerator flips last too.
 */
export function affineMap(geometry: Geometry, rows: number, columns: number): AffineMap {
  const { rotate, left, up, shear, zoomX, zoomY, flip, right, down } = geometry;
  const angle = (rotate * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const narrowing = Math.sqrt(1 - shear * shear);
  // rotation · shear · zoom, and rotation · shift.
  const xx = cos * zoomX;
  const xy = (-cos * shear - sin * narrowing) * zoomY;
  const yx = sin * zoomX;
  const yy = (-sin * shear + cos * narrowing) * zoomY;
  const shiftX = cos * left - sin * up;
  const shiftY = sin * left + cos * up;
  // About the centre, and behind flip and move: x = ±(column − right) ∓ centre.
  const centreX = (columns - 1) / 2;
  const centreY = (rows - 1) / 2;
  const side = flip ? -1 : 1;
  const startX = side * (-right - centreX);
  const startY = -down - centreY;
  return {
    xx: side * xx,
    xy,
    x0: xx * startX + xy * startY + shiftX + centreX,
    yx: side * yx,
    yy,
    y0: yx * startX + yy * startY + shiftY + centreY,
  };
}
