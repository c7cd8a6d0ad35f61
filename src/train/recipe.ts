/** Reader of recipes: JSON, after the overrides of `--set`, becomes a Recipe with its defaults filled in. */

import { FieldReader } from '../core/field-reader.js';
import type { ModelSpec } from '../model/network.js';
import { readAugmentation } from '../step/augmentation.js';
import type { ScheduleSpec } from '../step/lr-schedules.js';
import { readMixupAndCutmix } from '../step/mixup.js';
import type { OptimizerSpec } from '../step/optimizers.js';
import { readResizing } from '../step/progressive-resizing.js';
import type { Recipe } from '../step/recipe.js';
import { type Monitor, monitors, type PlateauSpec, type StoppingSpec } from '../step/recipe.js';
import { readAverage } from '../step/weight-averaging.js';
import { readTeacher } from './teacher.js';

/** Reads a recipe from parsed JSON, and fills in defaults. Throws an Error that names the faulty field by its path. */
export function readRecipe(json: unknown): Recipe {
  const reader = new FieldReader('', json);
  const recipe: Recipe = {
    name: reader.text('name', 'unnamed'),
    describe: reader.text('describe', ''),
    model: readModel(reader.section('model')),
    normalization: readNormalization(reader.section('normalization')),
    ...readAugmentation(reader.section('augmentation')),
    ...readMixupAndCutmix(reader.section('mixup'), reader.section('cutmix')),
    ...readResizing(reader.section('resizing')),
    optimizer: readOptimizer(reader.section('optimizer')),
    schedule: readSchedule(reader.section('schedule')),
    ...readAverage(reader.section('average')),
    ...(reader.has('teacher') ? { teacher: readTeacher(reader.section('teacher')) } : {}),
    labelSmoothing: reader.number('labelSmoothing', { min: 0, max: 0.99 }, 0),
    batch: reader.number('batch', { integer: true, min: 1, max: 65536 }, 64),
    replicas: reader.number('replicas', { integer: true, min: 1, max: 256 }, 2),
    epochs: reader.number('epochs', { integer: true, min: 1, max: 100000 }),
    ...readMonitor(reader.choice('monitor', monitors, 'loss')),
    stopping: readStopping(reader.section('stopping')),
    plateau: readPlateau(reader.section('plateau')),
  };
  reader.end();
  if (recipe.batch % recipe.replicas !== 0)
    throw new Error(
      `batch is ${recipe.batch}; a multiple of replicas (${recipe.replicas}) was expected`,
    );
  return recipe;
}

/** Reads the layers; shapeNetwork checks that they fit each other, once the size of the images is known. */
function readModel(reader: FieldReader): ModelSpec {
  const model = { layers: reader.objects('layers') };
  reader.end('model');
  return model;
}

function readNormalization(reader: FieldReader): Recipe['normalization'] {
  const normalization = {
    kind: reader.choice('kind', ['standardize', 'scale'], 'standardize'),
    per: reader.choice('per', ['dataset', 'pixel'], 'dataset'),
  };
  reader.end('normalization');
  return normalization;
}

function readOptimizer(reader: FieldReader): OptimizerSpec {
  const kind = reader.choice('kind', ['sgd', 'adam', 'adamw']);
  const common = {
    learningRate: reader.number('learningRate', { min: 0, max: 1000 }),
    weightDecay: reader.number('weightDecay', { min: 0, max: 1 }, kind === 'adamw' ? 0.01 : 0),
  };
  const share = { min: 0, max: 0.999999 };
  const optimizer: OptimizerSpec =
    kind === 'sgd'
      ? {
          kind,
          ...common,
          momentum: reader.number('momentum', share, 0.9),
          nesterov: reader.flag('nesterov', true),
        }
      : {
          kind,
          ...common,
          beta1: reader.number('beta1', share, 0.9),
          beta2: reader.number('beta2', share, 0.999),
          epsilon: reader.number('epsilon', { min: 1e-30, max: 1 }, 1e-7),
        };
  reader.end(`kind ${kind}`);
  return optimizer;
}

function readSchedule(reader: FieldReader): ScheduleSpec {
  const kinds = ['constant', 'step', 'cosine', 'one-cycle', 'warmup-stable-decay'] as const;
  const kind = reader.choice('kind', kinds, 'constant');
  const share = { min: 0, max: 1 };
  const read = (): ScheduleSpec => {
    switch (kind) {
      case 'constant':
        return { kind };
      case 'step':
        return {
          kind,
          everyEpochs: reader.number('everyEpochs', { integer: true, min: 1 }),
          factor: reader.number('factor', share),
        };
      case 'cosine':
        return {
          kind,
          warmup: reader.number('warmup', share, 0),
          end: reader.number('end', share, 0),
        };
      case 'one-cycle':
        return {
          kind,
          warmup: reader.number('warmup', share, 0.3),
          start: reader.number('start', share, 0.04),
          end: reader.number('end', share, 0.001),
        };
      case 'warmup-stable-decay':
        return {
          kind,
          warmupEpochs: reader.number('warmupEpochs', { integer: true, min: 0 }, 0),
          decay: reader.number('decay', share, 0.2),
          end: reader.number('end', share, 0),
        };
    }
  };
  const schedule = read();
  reader.end(`kind ${kind}`);
  return schedule;
}

/** Reads the monitor; the default is left out. */
function readMonitor(monitor: Monitor): { readonly monitor?: Monitor } {
  return monitor === 'loss' ? {} : { monitor };
}

function readStopping(reader: FieldReader): StoppingSpec {
  const stopping = {
    patience: reader.number('patience', { integer: true, min: 0 }, 0),
    minDelta: reader.number('minDelta', { min: 0 }, 0),
  };
  reader.end('stopping');
  return stopping;
}

function readPlateau(reader: FieldReader): PlateauSpec {
  const plateau = {
    patience: reader.number('patience', { integer: true, min: 0 }, 0),
    factor: reader.number('factor', { min: 0, max: 1 }, 0.2),
    minDelta: reader.number('minDelta', { min: 0 }, 0),
    minFactor: reader.number('minFactor', { min: 0, max: 1 }, 0),
  };
  reader.end('plateau');
  return plateau;
}
