/** A place where worker threads wait for each other. */

/** Thrown in the waiting threads when one of them has failed and will never arrive. */
export class BrokenBarrierError extends Error {
  override name = 'BrokenBarrierError';
}

/**
 * How long a thread waits awake, in milliseconds. One that sleeps gives its processor away, and may get it back much
 * later than it is called, on virtual machines above all: in training that cost up to a tenth.
 */
const awake = 2;

/**
 * cells: three shared integers [arrived, round, broken], zeros at first; the same ones in every thread.
 * watchful: whether it waits awake at first, as is right where each thread has a processor.
 */
export class Barrier {
  constructor(
    readonly cells: Int32Array,
    readonly parties: number,
    readonly watchful = false,
  ) {}

  /** Blocks this thread until all parties are here. What they wrote before is then visible to all. */
  wait(): void {
    this.leave(this.arrive());
  }

  /** Tells the others that this thread is here, without waiting for them: what it does next, none of them may depend on. Returns what `leave` wants. */
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
    const here = () => Atomics.load(this.cells, 1) !== round;
    const sleepFrom = performance.now() + (this.watchful ? awake : 0);
    while (!here() && performance.now() < sleepFrom);
    while (!here()) Atomics.wait(this.cells, 1, round);
    this.#check();
  }

  #check(): void {
    if (Atomics.load(this.cells, 2) !== 0) throw new BrokenBarrierError('another worker failed');
  }

  /** Lets everybody go, with an error. */
  break(): void {
    Atomics.store(this.cells, 2, 1);
    Atomics.add(this.cells, 1, 1);
    Atomics.notify(this.cells, 1);
  }
}
