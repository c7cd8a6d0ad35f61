/** Plane geometry of garments: closed outlines in pixels, the picture's centre at (0, 0), y pointing down. */

export type PlanePoint = readonly [x: number, y: number];

/** One filled outline, painted over those before it. */
export interface ClothLayer {
  readonly outline: readonly PlanePoint[];
  /** Brightness relative to the garment's own; 0 cuts a hole down to the background. */
  readonly tone: number;
  /** Whether the garment's stripes, checks or print go over it. */
  readonly textured: boolean;
}

export function cloth(outline: readonly PlanePoint[], tone = 1): ClothLayer {
  return { outline, tone, textured: true };
}

export function detail(outline: readonly PlanePoint[], tone: number): ClothLayer {
  return { outline, tone, textured: false };
}

/** An outline given by its right half, from top to bottom, and the same half mirrored at x = 0. */
export function symmetric(half: readonly PlanePoint[]): PlanePoint[] {
  return [...half, ...mirrored(half).reverse()];
}

export function mirrored(points: readonly PlanePoint[]): PlanePoint[] {
  return points.map(([x, y]) => [-x, y]);
}

/** A line of some width along points, as an outline. */
export function stroke(points: readonly PlanePoint[], width: number): PlanePoint[] {
  const offset = (side: number) => points.map((point, i) => beside(points, point, i, side));
  return [...offset(width / 2), ...offset(-width / 2).reverse()];
}

function beside(
  points: readonly PlanePoint[],
  [x, y]: PlanePoint,
  i: number,
  distance: number,
): PlanePoint {
  const [ax, ay] = points[Math.max(0, i - 1)]!;
  const [bx, by] = points[Math.min(points.length - 1, i + 1)]!;
  const length = Math.hypot(bx - ax, by - ay) || 1;
  return [x - ((by - ay) / length) * distance, y + ((bx - ax) / length) * distance];
}

/** Rounds the corners of a closed outline (Chaikin's corner cutting, twice). */
export function rounded(outline: readonly PlanePoint[]): PlanePoint[] {
  return cutCorners(cutCorners(outline));
}

function cutCorners(outline: readonly PlanePoint[]): PlanePoint[] {
  return outline.flatMap(([ax, ay], i): PlanePoint[] => {
    const [bx, by] = outline[(i + 1) % outline.length]!;
    return [
      [0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by],
      [0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by],
    ];
  });
}

/** Half an ellipse above a line from (−width, y) to (width, y), as open points. */
export function arch(width: number, height: number, y: number, steps = 12): PlanePoint[] {
  return Array.from({ length: steps + 1 }, (_, i): PlanePoint => {
    const angle = Math.PI * (1 - i / steps);
    return [width * Math.cos(angle), y - height * Math.sin(angle)];
  });
}

/** Pose of a garment: rotation, scale and shift. */
export interface Pose {
  /** Radians, clockwise on the picture. */
  readonly turn: number;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly moveX: number;
  readonly moveY: number;
}

export function place(outline: readonly PlanePoint[], pose: Pose): PlanePoint[] {
  const cos = Math.cos(pose.turn);
  const sin = Math.sin(pose.turn);
  return outline.map(([x, y]) => {
    const [sx, sy] = [x * pose.scaleX, y * pose.scaleY];
    return [cos * sx - sin * sy + pose.moveX, sin * sx + cos * sy + pose.moveY];
  });
}
