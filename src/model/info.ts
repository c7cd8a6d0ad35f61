/** What a model file says of itself in `metadata_props` (see fmnist-model(5)). */

import type { HistoryRecord } from '../idx/annotation.js';
import type { ClassList } from '../idx/classes.js';
import type { Normalization } from '../idx/normalization.js';
import type { TestTimeAugmentation } from './test-time-augmentation.js';

export interface Lineage {
  /** The programs the training stream went through, oldest first, then fmnist-train; of an ensemble, what all members share. */
  readonly history: readonly HistoryRecord[];
  /** Absent, as the engine, where the members of an ensemble have different ones. */
  readonly seed?: number;
  readonly engine?: string;
}

/** What an ensemble knows of one of its models. */
export interface Member extends Pick<ModelInfo, 'recipe' | 'lineage' | 'members' | 'training'> {
  /** Of its file. */
  readonly sha256: string;
}

export interface ModelInfo {
  readonly rows: number;
  readonly columns: number;
  /** In the order of the outputs. */
  readonly classes: ClassList;
  /** Done inside the graph: the input is raw bytes. Kept here so that a normalised stream can be checked against it. */
  readonly normalization: Normalization;
  /** `fashion-mnist`, …; absent where the training stream did not say. */
  readonly dataset?: string;
  /** True when the model was trained on generated images. */
  readonly synthetic?: boolean;
  /** What the graph does by itself to each image; absent where it sees the image as it is. */
  readonly tta?: TestTimeAugmentation;
  /** The layers, as data. */
  readonly spec: unknown;
  /** The recipe with every override applied. */
  readonly recipe: unknown;
  readonly lineage: Lineage;
  /** Of an ensemble: the models whose mean it is. */
  readonly members?: readonly Member[];
  /** Figures of the training run: best epoch, losses, accuracies. */
  readonly training: Readonly<Record<string, unknown>>;
  /** SHA-256 of the model file, in hex. Computed on reading, not stored. */
  readonly digest: string;
}
