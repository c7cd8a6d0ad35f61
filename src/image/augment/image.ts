/** One image among others in memory. */

export interface ImageSize {
  readonly rows: number;
  readonly columns: number;
}

/** rows × columns bytes of `pixels`, row by row, from `at` on. */
export interface ImageAt {
  /** [at + rows × columns …], one image among others. */
  readonly pixels: Uint8Array;
  readonly at: number;
}
