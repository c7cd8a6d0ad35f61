/**
 * Training on TensorFlow.js: the same loop, update and evaluation as on any engine, in a team of one. TensorFlow executes
 * no ONNX graphs: its programs are lowered from the layers by `Layer.tensorflow`, and it differentiates them itself.
 */

import { setImmediate } from 'node:timers/promises';
import type { TensorFlow } from '../../model/contexts.js';
import { openModel } from '../../model/model.js';
import { shapeNetwork } from '../../model/network.js';
import type { TrainingPlan } from '../../step/plan.js';
import type { Engine } from '../engine.js';
import { localTeam } from '../parallel/team.js';
import { openTrainer } from '../parallel/trainer.js';
import { openWorker } from '../parallel/worker.js';
import type { Predictor } from '../predictor.js';
import type { EvaluationProgram, Programs } from '../programs.js';
import { forward, weightTensors } from './forward.js';
import { openTensorFlowPredictor } from './predictor.js';
import { openTensorFlowStep } from './step.js';

/** Training by a loaded TensorFlow.js. */
export function tensorFlowEngine(tf: TensorFlow): Engine {
  return {
    name: 'tensorflow',
    createTrainer: (plan, images) =>
      openTrainer(plan, images, {
        runs: 1,
        start: async (setup) => {
          // TensorFlow shares the work among threads of its own.
          const alone = { ...plan, threads: 1 };
          const teacher =
            plan.teacherModel &&
            openTensorFlowPredictor(tf, openModel(plan.teacherModel, 'the teacher'));
          const programs = tensorFlowPrograms(tf, alone, teacher);
          const worker = await openWorker(
            programs,
            { ...setup, plan: alone, worker: 0 },
            setImmediate,
          );
          return localTeam(worker, async () => teacher?.close());
        },
      }),
  };
}

function tensorFlowPrograms(
  tf: TensorFlow,
  plan: TrainingPlan,
  teacher: Predictor | undefined,
): Programs {
  return {
    compileStep: async (network) => openTensorFlowStep(tf, network, plan, teacher),
    compileEvaluation: async () => openEvaluation(tf, plan),
  };
}

function openEvaluation(
  tf: TensorFlow,
  { recipe, rows, columns, classes, normalization }: TrainingPlan,
): EvaluationProgram {
  const network = shapeNetwork(recipe.model, { rows, columns, classes });
  return {
    load: (weights) => {
      const tensors = weightTensors(tf, network, weights);
      return {
        logits: async (pixels) => {
          const logits = tf.tidy(() => forward(tf, network, normalization, tensors, pixels));
          try {
            return (await logits.data()) as Float32Array;
          } finally {
            logits.dispose();
          }
        },
        close: () => tf.dispose([...tensors.values()]),
      };
    },
  };
}
