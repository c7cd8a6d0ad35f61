/** Typed arrays in memory that worker threads share, zeros at first. */

/** Allocates [length] bytes. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/** Allocates [length] 32-bit floats. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}

/** Allocates [length] 64-bit floats. */
export function sharedDoubles(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}

/** Allocates [length] 32-bit integers. */
export function sharedIntegers(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * length));
}

/** Allocates [length] 32-bit indices. */
export function sharedIndices(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(4 * length));
}
