/** The numbers of one feature, in bounded memory, so that two sketches add up exactly. */

import { Sketch, type SketchState } from '../profile/sketch.js';
import type { Steps } from '../statistics/steps.js';
import { Presence } from './presence.js';

/**
 * A sketch on the fixed grid of profile/sketch.ts: every number is known to 1 in 8,192 of itself, or where
 * `complement` is set, of its distance from 1: the difference of 0.9999 and 0.99999 is not lost.
 */
export class FeatureSketch {
  readonly #sketch = new Sketch();
  /** Of the rows of each kind, those that have a number, and those that name the feature without one. */
  readonly presence = new Presence();
  /** Of a reference they are asked for with every window. */
  #steps: Steps | undefined;

  constructor(readonly complement = false) {}

  get count(): number {
    return this.#sketch.count;
  }

  /** value: finite, within the range of f32. */
  add(value: number): void {
    this.#steps = undefined;
    this.#sketch.add(this.complement ? 1 - value : value);
  }

  /** Takes back a value that was added. */
  remove(value: number): void {
    this.#steps = undefined;
    this.#sketch.remove(this.complement ? 1 - value : value);
  }

  absorb(state: SketchState): void {
    this.#steps = undefined;
    this.#sketch.absorb(state);
  }

  state(): SketchState {
    return this.#sketch.state();
  }

  /** The empirical distribution, in the feature's own numbers. */
  steps(): Steps {
    this.#steps ??= this.#stepsNow();
    return this.#steps;
  }

  #stepsNow(): Steps {
    const steps = this.#sketch.steps();
    if (!this.complement) return steps;
    const { values, counts, count } = steps;
    return { values: values.map((v) => 1 - v).reverse(), counts: counts.reverse(), count };
  }
}
