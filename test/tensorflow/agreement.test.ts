/** The engine on TensorFlow's own library against the one on ONNX Runtime. */

import { suite } from 'uvu';
import { addAgreementTests } from '../support/engine-agreement.js';
import { needing } from '../support/needing.js';
import { tensorFlowHere } from '../support/tensorflow-here.js';

const test = suite('TensorFlow against ONNX Runtime');
const { tensorflow: loaded, missing } = await tensorFlowHere();
if (loaded) {
  process.stdout.write(
    `FIGURE: TensorFlow ${loaded.version} by ${loaded.package}${loaded.gpu ? ', on a GPU' : ''}\n`,
  );
  addAgreementTests(test, loaded.tf);
} else
  needing(test, missing)(
    'losses, gradients, predictions and a training run against ONNX Runtime',
    () => {},
  );
test.run();
