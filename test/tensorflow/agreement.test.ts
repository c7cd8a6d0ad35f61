/** The engine on TensorFlow's own library against the one on ONNX Runtime. */

import { suite } from 'uvu';
import { addAgreementTests } from '../support/engine-agreement.js';
import { tensorFlowHere } from '../support/tensorflow-here.js';

const test = suite('TensorFlow against ONNX Runtime');
const loaded = await tensorFlowHere(
  'losses, gradients, predictions and a training run against ONNX Runtime',
);
if (loaded) {
  process.stdout.write(
    `FIGURE: TensorFlow ${loaded.version} by ${loaded.package}${loaded.gpu ? ', on a GPU' : ''}\n`,
  );
  addAgreementTests(test, loaded.tf);
} else test.skip('all of it', () => {});
test.run();
