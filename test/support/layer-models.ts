/** Small models that together hold every kind of layer with every option that changes its arithmetic, for images of about 7 × 6. */

import type { ModelSpec } from '../../src/model/network.js';

/** Whatever comes in, logits come out. */
export const flatHead = [{ kind: 'flatten' }, { kind: 'dense', units: 'classes' }];
const conv = (options: object) => ({ kind: 'conv', filters: 3, ...options });

export const layerModels: Record<string, ModelSpec['layers']> = {
  dense: flatHead,
  'dense, relu, dense': [
    { kind: 'flatten' },
    { kind: 'dense', units: 5 },
    { kind: 'relu' },
    { kind: 'dense', units: 'classes' },
  ],
  'batch-norm on features': [
    { kind: 'flatten' },
    { kind: 'dense', units: 6 },
    { kind: 'batch-norm' },
    { kind: 'relu' },
    { kind: 'dense', units: 'classes' },
  ],
  'batch-norm on the input': [{ kind: 'batch-norm' }, ...flatHead],
  'conv of one channel': [conv({}), ...flatHead],
  'conv of several channels': [conv({}), conv({ filters: 2 }), ...flatHead],
  'conv, valid': [conv({ padding: 'valid' }), conv({ padding: 'valid', kernel: 2 }), ...flatHead],
  'conv of 5 × 5 and of 1 × 1': [conv({ kernel: 5 }), conv({ kernel: 1 }), ...flatHead],
  'conv, batch-norm': [conv({}), { kind: 'batch-norm' }, conv({ filters: 2 }), ...flatHead],
  'max-pool': [conv({}), { kind: 'max-pool' }, ...flatHead],
  'batch-norm before a pool': [conv({}), { kind: 'batch-norm' }, { kind: 'max-pool' }, ...flatHead],
  'batch-norm without scale, relu, pool of 3': [
    conv({}),
    { kind: 'batch-norm', scale: false },
    { kind: 'relu' },
    { kind: 'max-pool', size: 3 },
    conv({ filters: 2 }),
    ...flatHead,
  ],
  'relu, batch-norm, pool, dropout': [
    conv({ filters: 4 }),
    { kind: 'relu' },
    { kind: 'batch-norm' },
    { kind: 'max-pool' },
    { kind: 'dropout', rate: 0.3 },
    conv({ filters: 2 }),
    ...flatHead,
  ],
  'max-pool of 3': [conv({}), { kind: 'max-pool', size: 3 }, ...flatHead],
  dropout: [conv({}), { kind: 'dropout', rate: 0.3 }, ...flatHead],
  'dropout on windows of a pool': [
    conv({}),
    { kind: 'dropout', rate: 0.3 },
    { kind: 'max-pool' },
    ...flatHead,
  ],
  'conv of stride 2': [
    conv({ stride: 2 }),
    conv({ stride: 2, kernel: 1, bias: false }),
    ...flatHead,
  ],
  'conv of stride 2, valid, on windows of a pool': [
    conv({ stride: 2, padding: 'valid' }),
    { kind: 'max-pool', size: 2 },
    ...flatHead,
  ],
  'conv of whitening filters, and of passing ones': [
    conv({ filters: 6, initial: 'whitening', twins: true, bias: false }),
    conv({ filters: 4, kernel: 1, initial: 'dirac' }),
    { kind: 'gelu' },
    ...flatHead,
  ],
  'conv, frozen': [conv({}), { kind: 'relu' }, conv({ frozen: true }), ...flatHead],
  'batch-norm without scale': [conv({}), { kind: 'batch-norm', scale: false }, ...flatHead],
  'group-norm': [
    conv({ filters: 6 }),
    { kind: 'group-norm', groups: 2 },
    { kind: 'max-pool' },
    { kind: 'average-pool' },
    { kind: 'group-norm', groups: 3, epsilon: 0.1 },
    { kind: 'dense', units: 'classes' },
  ],
  'group-norm on the input': [{ kind: 'group-norm', groups: 1 }, ...flatHead],
  'squeeze-excite': [
    conv({ filters: 8 }),
    { kind: 'squeeze-excite' },
    { kind: 'max-pool' },
    { kind: 'squeeze-excite', reduction: 3, activation: 'silu' },
    ...flatHead,
  ],
  'squeeze-excite on the input': [{ kind: 'squeeze-excite' }, ...flatHead],
  scale: [
    { kind: 'scale', factor: 1.5, offset: -0.25 },
    conv({ filters: 6, initial: 'whitening', twins: true }),
    ...flatHead,
    { kind: 'scale', factor: 0.25, offset: 0.5 },
  ],
  gelu: [conv({}), { kind: 'gelu' }, ...flatHead],
  silu: [conv({}), { kind: 'silu' }, ...flatHead],
  'average-pool': [conv({}), { kind: 'average-pool' }, { kind: 'dense', units: 'classes' }],
  residual: [
    conv({}),
    { kind: 'residual', layers: [conv({}), { kind: 'relu' }, { kind: 'batch-norm' }, conv({})] },
    { kind: 'max-pool' },
    {
      kind: 'residual',
      layers: [conv({ filters: 4 }), { kind: 'dropout', rate: 0.5 }, { kind: 'silu' }],
      shortcut: [conv({ filters: 4, kernel: 1, bias: false }), { kind: 'batch-norm' }],
    },
    ...flatHead,
  ],
  'residual over a pool, first of all': [
    {
      kind: 'residual',
      layers: [conv({ filters: 2 }), { kind: 'max-pool' }],
      shortcut: [{ kind: 'max-pool' }, conv({ filters: 2 })],
    },
    ...flatHead,
  ],
  concat: [
    conv({}),
    {
      kind: 'concat',
      branches: [
        [conv({ filters: 2, kernel: 1 }), { kind: 'relu' }],
        [conv({ filters: 4, bias: false }), { kind: 'batch-norm' }, { kind: 'silu' }],
        [],
      ],
    },
    { kind: 'max-pool' },
    conv({}),
    ...flatHead,
  ],
  'concat of whole networks, first of all': [
    {
      kind: 'concat',
      branches: [
        [
          conv({ filters: 6, initial: 'whitening', twins: true, bias: false }),
          { kind: 'relu' },
          { kind: 'max-pool' },
          { kind: 'average-pool' },
        ],
        [conv({ filters: 2 }), { kind: 'max-pool' }, { kind: 'flatten' }, { kind: 'relu' }],
        [{ kind: 'flatten' }, { kind: 'dense', units: 5 }, { kind: 'dropout', rate: 0.3 }],
      ],
    },
    { kind: 'dense', units: 'classes' },
  ],
  'a small reference CNN': [
    conv({}),
    { kind: 'relu' },
    { kind: 'batch-norm' },
    { kind: 'max-pool' },
    { kind: 'dropout', rate: 0.2 },
    conv({ filters: 4 }),
    { kind: 'relu' },
    { kind: 'batch-norm' },
    { kind: 'max-pool' },
    { kind: 'flatten' },
    { kind: 'dense', units: 5 },
    { kind: 'relu' },
    { kind: 'batch-norm' },
    { kind: 'dropout', rate: 0.5 },
    { kind: 'dense', units: 'classes' },
  ],
};
