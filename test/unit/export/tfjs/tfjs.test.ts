/** Loss and gradients of a small CNN, pool ties included, against TensorFlow.js on its CPU backend. */

import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { difference } from '../../../support/close.js';
import { openStep, type Step } from '../../../support/step.js';

const test = suite('gradients against TensorFlow.js');
const size = { rows: 9, columns: 8, classes: 4 };
const batch = 5;
const layers = [
  { kind: 'max-pool' },
  { kind: 'conv', filters: 4 },
  { kind: 'max-pool' },
  { kind: 'relu' },
  { kind: 'batch-norm' },
  { kind: 'conv', filters: 6 },
  { kind: 'relu' },
  { kind: 'batch-norm' },
  { kind: 'flatten' },
  { kind: 'dense', units: 7 },
  { kind: 'relu' },
  { kind: 'batch-norm' },
  { kind: 'dropout', rate: 0.5 },
  { kind: 'dense', units: 'classes' },
];

test('a small CNN', async () => {
  await tf.setBackend('cpu');
  const step = await openStep({ layers }, size, batch);
  // Few different values, so that most pooling windows hold ties.
  step.images.forEach((byte, i) => {
    step.images[i] = byte % 3 === 0 ? 255 : 0;
  });
  const ours = await step.run();
  const theirs = tf.tidy(() => withTensorFlow(step));
  assert.is(difference([ours.loss], [theirs.loss], { relative: 1e-5 }), undefined);
  const largest = Math.max(...theirs.gradients.map(Math.abs));
  assert.ok(largest > 1e-2);
  assert.is(
    difference(ours.gradients, theirs.gradients, { relative: 1e-4, absolute: 2e-5 * largest }),
    undefined,
  );
});

function withTensorFlow({ network, images, targets, parameters, masks }: Step) {
  const variables = network.parameters.map(({ offset, length, shape }) =>
    tf.tensor(parameters.slice(offset, offset + length), [...shape]),
  );
  const normal = Float32Array.from(images, (byte) => (byte - 127.5) / 127.5);
  const input = tf.tensor4d(normal, [batch, size.rows, size.columns, 1]);
  const wanted = tf.tensor2d(targets, [batch, size.classes]);
  const mask = tf.tensor2d(masks[0]!, [batch, 7]);
  const loss = (...all: tf.Tensor[]) => {
    const of = (name: string) => all[network.parameters.findIndex((p) => p.name === name)]!;
    const conv = (x: tf.Tensor, name: string) =>
      tf
        .conv2d(
          x as tf.Tensor4D,
          tf.transpose(of(`${name}.kernel`), [2, 3, 1, 0]) as tf.Tensor4D,
          1,
          'same',
        )
        .add(of(`${name}.bias`));
    const norm = (x: tf.Tensor, name: string) => {
      const axes = x.shape.map((_, i) => i).slice(0, -1);
      const { mean, variance } = tf.moments(x, axes);
      return tf.batchNorm(
        x,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        of(`${name}.offset`) as tf.Tensor1D,
        of(`${name}.scale`) as tf.Tensor1D,
        1e-3,
      );
    };
    let x: tf.Tensor = tf.maxPool(input, 2, 2, 'valid');
    x = tf.maxPool(conv(x, 'conv1') as tf.Tensor4D, 2, 2, 'valid');
    x = norm(tf.relu(x), 'batch-norm1');
    x = norm(tf.relu(conv(x, 'conv2')), 'batch-norm2');
    // Their images are rows × columns × channels; ours are channels first.
    x = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch, -1]);
    x = norm(
      tf.relu(
        tf.matMul(x as tf.Tensor2D, of('dense1.kernel') as tf.Tensor2D).add(of('dense1.bias')),
      ),
      'batch-norm3',
    );
    const logits = tf
      .matMul(x.mul(mask) as tf.Tensor2D, of('dense2.kernel') as tf.Tensor2D)
      .add(of('dense2.bias'));
    return tf.neg(tf.sum(tf.logSoftmax(logits).mul(wanted))) as tf.Scalar;
  };
  const { value, grads } = tf.valueAndGrads(loss)(variables);
  return {
    loss: value.dataSync()[0]!,
    gradients: grads.flatMap((gradient) => Array.from(gradient.dataSync())),
  };
}

test.run();
