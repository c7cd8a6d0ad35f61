/** A model file in use, on TensorFlow.js. */

import { decodeModel } from '../../model/model-file.js';
import type { TensorFlow } from '../../model/tensorflow.js';
import type { Predictor } from '../predictor.js';
import { forward, weightTensors } from './forward.js';
