/** Barrier for worker threads: each waits until all have arrived. */

/** Broken barrier: thrown in the waiting threads when one of them has failed and will never arrive. */
export class BrokenBarrierError extends Error {
  override name = 'BrokenBarrierError';
}

/**
 * Milliseconds that a thread spins before it sleeps. A sleeping thread gives its processor away, and may get it back
 * long after it is notified, on virtual machines above all: in training that cost up to a tenth.
 */
const spinTime = 2;

/**
 * Barrier of `parties` threads. cells: [3] shared integers (arrived, round, broken), zeros at first, the same ones in
 * every thread. spin: true to spin before sleeping, which pays where each thread has a processor of its own.
 */
export class Barrier {
  constructor(
    readonly cells: Int32Array,
    readonly parties: number,
    readonly spin = false,
  ) {}

  /** Blocks this thread until all parties have arrived. Their earlier writes are then visible to all. */
  wait(): void {
    this.leave(this.arrive());
  }

  /** Arrives without waiting: the others must not depend on the work that follows. Returns the round, for `leave`. */
  arrive(): number {
    const round = Atomics.load(this.cells, 1);
    this.#check();
    if (Atomics.add(this.cells, 0, 1) === this.parties - 1) {
      Atomics.store(this.cells, 0, 0);
      Atomics.add(this.cells, 1, 1);
      Atomics.notify(this.cells, 1);
    }
    return round;
  }

  /** Blocks this thread until all parties have arrived in the round that `arrive` returned. */
  leave(round: number): void {
    const complete = () => Atomics.load(this.cells, 1) !== round;
    const sleepFrom = performance.now() + (this.spin ? spinTime : 0);
    while (!complete() && performance.now() < sleepFrom);
    while (!complete()) Atomics.wait(this.cells, 1, round);
    this.#check();
  }

  #check(): void {
    if (Atomics.load(this.cells, 2) !== 0) throw new BrokenBarrierError('another worker failed');
  }

  /** Breaks the barrier: every thread that waits, or comes later, gets a BrokenBarrierError. */
  break(): void {
    Atomics.store(this.cells, 2, 1);
    Atomics.add(this.cells, 1, 1);
    Atomics.notify(this.cells, 1);
  }
}
