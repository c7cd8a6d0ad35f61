/** Legal graphs behind every lowering: each kind of layer and each recipe, in use, in training and in validation. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blockedConvolutions } from '../../../../src/engine/onnxruntime/blocked-conv.js';
import { inferenceGraph, lastDense } from '../../../../src/model/lowering/inference-graph.js';
import {
  type TeacherSpec,
  trainingGraph,
  validationGraph,
} from '../../../../src/model/lowering/training-graph.js';
import { initialStatistics, type ModelSpec, shapeNetwork } from '../../../../src/model/network.js';
import type { Graph } from '../../../../src/onnx/graph.js';
import { layerModels } from '../../../support/layer-models.js';
import { paths } from '../../../support/paths.js';
import { centred } from '../../../support/step.js';
import { verifyGraph } from '../../../support/verify-graph.js';

const test = suite('model/lowering: legal graphs');
const recipes = join(paths.root, 'src/train/recipes');
const specs: [name: string, spec: ModelSpec, rows: number, columns: number][] = [
  ...Object.entries(layerModels).map(
    ([name, layers]) => [name, { layers }, 7, 6] as [string, ModelSpec, number, number],
  ),
  ...readdirSync(recipes).map(
    (file) =>
      [
        file,
        (JSON.parse(readFileSync(join(recipes, file), 'utf8')) as { model: ModelSpec }).model,
        28,
        28,
      ] as [string, ModelSpec, number, number],
  ),
];

for (const [name, spec, rows, columns] of specs)
  test(name, () => {
    const network = shapeNetwork(spec, { rows, columns, classes: 3 });
    const parameters = new Float32Array(network.parameterCount).fill(0.5);
    const inUse = (tta?: 'flip+translate', embedding = false) =>
      inferenceGraph(network, centred, parameters, initialStatistics(network), tta, embedding);
    const step = (batch: number, block?: number, teacher?: TeacherSpec) => {
      const convolution = block === undefined ? undefined : blockedConvolutions(block);
      const options = { batch, lossScale: batch, convolution, teacher };
      return trainingGraph(network, centred, options).graph;
    };
    assert.ok(lastDense(network.layers) >= 0);
    const graphs: Graph[] = [
      inUse(),
      inUse('flip+translate'),
      inUse('flip+translate', true),
      step(4),
      step(125, 8),
      step(125, 16, { temperature: 4, weight: 0.5 }),
      validationGraph(network, centred),
    ];
    for (const graph of graphs) verifyGraph(graph);
  });

test.run();
