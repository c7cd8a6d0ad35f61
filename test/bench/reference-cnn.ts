/** The network that the benches of speed train, with no augmentation and at one rate, as the peers' scripts have it. */

import { join } from 'node:path';
import { paths } from '../support/paths.js';

/** The path of its recipe. */
export const referenceCnn = join(paths.root, 'test/bench/reference-cnn.json');
