/** Learning rate schedules: a factor on the optimiser's learning rate, as a pure function of the step. */

/** A schedule. `warmup` and `decay` are shares of the run; `start` and `end` are factors. */
export type ScheduleSpec =
  | { readonly kind: 'constant' }
  | {
      /** × factor after every so many epochs. */
      readonly kind: 'step';
      readonly everyEpochs: number;
      readonly factor: number;
    }
  | {
      /** Linear warm-up, then half a cosine down to `end` (Loshchilov and Hutter 2017). */
      readonly kind: 'cosine';
      readonly warmup: number;
      readonly end: number;
    }
  | {
      /** Half a cosine up from `start`, half a cosine down to `end` (Smith and Topin 2018, cosine-annealed as in PyTorch). */
      readonly kind: 'one-cycle';
      readonly warmup: number;
      readonly start: number;
      readonly end: number;
    }
  | {
      /** Linear warm-up, the whole learning rate, then linearly down to `end` over the share `decay` of the run: its length may still change until that begins (Hägele et al. 2024, https://arxiv.org/abs/2405.18392). */
      readonly kind: 'warmup-stable-decay';
      readonly warmupEpochs: number;
      readonly decay: number;
      readonly end: number;
    };

/** Length of a run that a schedule is spread over. */
export interface ScheduleSpan {
  /** Steps of the whole run as planned, early stopping aside. */
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
}

/** Count of first epochs, of `epochs`, whose factors do not depend on the length of the run. */
export function lengthIndependentEpochs(spec: ScheduleSpec, epochs: number): number {
  if (spec.kind === 'cosine' || spec.kind === 'one-cycle') return 0;
  return spec.kind === 'warmup-stable-decay' ? Math.floor(epochs * (1 - spec.decay)) : epochs;
}

/** Factor on the learning rate of a step, from 0. */
export function scheduleFactor(spec: ScheduleSpec, step: number, span: ScheduleSpan): number {
  switch (spec.kind) {
    case 'constant':
      return 1;
    case 'step':
      return spec.factor ** Math.floor(step / (span.stepsPerEpoch * spec.everyEpochs));
    case 'cosine': {
      const warm = spec.warmup * span.totalSteps;
      if (step < warm) return (step + 1) / Math.max(1, warm);
      return between(1, spec.end, (step - warm) / Math.max(1, span.totalSteps - 1 - warm));
    }
    case 'one-cycle': {
      const peak = spec.warmup * span.totalSteps - 1;
      if (step <= peak) return between(spec.start, 1, step / Math.max(1, peak));
      return between(1, spec.end, (step - peak) / Math.max(1, span.totalSteps - 1 - peak));
    }
    case 'warmup-stable-decay': {
      const warm = spec.warmupEpochs * span.stepsPerEpoch;
      const stable = span.totalSteps * (1 - spec.decay);
      const share = (step - stable) / Math.max(1, span.totalSteps - 1 - stable);
      const falling = 1 + (spec.end - 1) * Math.max(0, share);
      return step < warm ? Math.min((step + 1) / warm, falling) : falling;
    }
  }
}

/** Half a cosine from one value to another; share: 0 to 1. */
function between(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, share))))) / 2;
}
