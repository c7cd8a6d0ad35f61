/**
 * Test-time augmentation: the prediction is the softmax of the weighted mean of the logits of several views of an image,
 * as in https://github.com/KellerJordan/cifar10-airbench (`infer_mirror_translate`).
 */

/** Names of the augmentations. */
export const augmentations = ['flip', 'flip+translate'] as const;

/**
 * Test-time augmentation. `flip`: the image and its mirror image, half each. `flip+translate`: those two; the image moved by a pixel up and left,
 * or down and right, its edges repeated; and mirror images of these. The two in place count half, the other four the rest.
 */
export type TestTimeAugmentation = (typeof augmentations)[number];

/** A view of an image. */
export interface TtaView {
  /** Weight of its logits in the mean; all weights add up to 1. */
  readonly weight: number;
  /** Index of the image's pixel that stands at each pixel of the view. [rows × columns] */
  readonly pixels: readonly number[];
}

/** The views of an image of rows × columns pixels. */
export function viewsOf(
  augmentation: TestTimeAugmentation,
  rows: number,
  columns: number,
): readonly TtaView[] {
  const inside = (at: number, size: number) => Math.min(size - 1, Math.max(0, at));
  const view = (weight: number, mirrored: boolean, by: number): TtaView => ({
    weight,
    pixels: Array.from({ length: rows * columns }, (_, i) => {
      const across = mirrored ? columns - 1 - (i % columns) : i % columns;
      const row = inside(Math.floor(i / columns) + by, rows);
      return row * columns + inside(across + by, columns);
    }),
  });
  const pair = (weight: number, by: number) => [view(weight, false, by), view(weight, true, by)];
  return augmentation === 'flip'
    ? pair(1 / 2, 0)
    : [...pair(1 / 4, 0), ...pair(1 / 8, 1), ...pair(1 / 8, -1)];
}
