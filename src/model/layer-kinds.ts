/** Registry of the kinds of layer. Adding a kind is adding a file to layers/ and a line here. */

import type { Layer } from './layer.js';
import { LayerOptions } from './layer-options.js';
import { averagePool } from './layers/average-pool.js';
import { batchNorm } from './layers/batch-norm.js';
import { concat } from './layers/concat.js';
import { conv } from './layers/conv.js';
import { dense } from './layers/dense.js';
import { dropout } from './layers/dropout.js';
import { flatten } from './layers/flatten.js';
import { gelu } from './layers/gelu.js';
import { groupNorm } from './layers/group-norm.js';
import { maxPool } from './layers/max-pool.js';
import { relu } from './layers/relu.js';
import { residual } from './layers/residual.js';
import { scale } from './layers/scale.js';
import { silu } from './layers/silu.js';
import { squeezeExcite } from './layers/squeeze-excite.js';
import type { ReadLayer } from './lowering/sequence.js';

/** Constructors of layers by kind: each reads the options of its kind. */
export const layerMakers: Readonly<
  Record<string, (options: LayerOptions, read: ReadLayer) => Layer>
> = {
  'average-pool': averagePool,
  'batch-norm': batchNorm,
  concat,
  conv,
  dense,
  dropout,
  flatten,
  gelu,
  'group-norm': groupNorm,
  'max-pool': maxPool,
  relu,
  residual,
  scale,
  silu,
  'squeeze-excite': squeezeExcite,
};

/** Names of all kinds. */
export const layerKinds: readonly string[] = Object.keys(layerMakers);

/** Reads one layer of a spec; `read` reads the layers that it holds. Throws an Error that names the layer and the option at fault. */
export function readLayer(
  where: string,
  { kind, ...rest }: Readonly<Record<string, unknown>>,
  read: ReadLayer = readLayer,
): Layer {
  const make =
    typeof kind === 'string' && Object.hasOwn(layerMakers, kind) ? layerMakers[kind] : undefined;
  if (!make)
    throw new Error(
      `${where}: kind is ${JSON.stringify(kind) ?? 'missing'}; one of ${layerKinds.join(', ')} was expected`,
    );
  const options = new LayerOptions(`${where} (${kind})`, rest);
  const layer = make(options, read);
  options.end();
  return layer;
}
