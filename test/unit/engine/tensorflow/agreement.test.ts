/** The engine on TensorFlow.js against the one on ONNX Runtime, here with the plain JavaScript backend. */

import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import { addAgreementTests } from '../../../support/engine-agreement.js';

const test = suite('TensorFlow.js in JavaScript against ONNX Runtime');
await tf.setBackend('cpu');
addAgreementTests(test, tf);
test.run();
