/** Metadata of a model file, stored in ONNX `metadata_props` (see fmnist-model(5)). */

import type { HistoryRecord } from '../idx/annotation.js';
import type { ClassList } from '../idx/classes.js';
import type { Normalization } from '../idx/normalization.js';
import type { TestTimeAugmentation } from './test-time-augmentation.js';

/** Lineage of a model: the programs, data and seed that it comes from. */
export interface Lineage {
  /** Programs that the training stream went through, oldest first, then fmnist-train; of an ensemble, the history all members share. */
  readonly history: readonly HistoryRecord[];
  /** Absent, like the engine, where the members of an ensemble have different ones. */
  readonly seed?: number;
  readonly engine?: string;
}

/** Metadata of one model of an ensemble, kept by the ensemble. */
export interface Member extends Pick<ModelInfo, 'recipe' | 'lineage' | 'members' | 'training'> {
  /** SHA-256 of its file, in hex. */
  readonly sha256: string;
}

/** Contract of a model that another tool has written, as fmnist-adopt was told it or found it. */
export interface Adoption {
  /** Name and version of that tool: `pytorch 2.15.0`; '' where its file does not say. */
  readonly producer: string;
  /** The input that takes the image, and the order of its dimensions: `nchw`, `nhwc`, `nhw` or `flat`. */
  readonly input: string;
  readonly layout: string;
  /** The tensor with the values of the classes, and what they are: `logits` or `probabilities`. */
  readonly scores: string;
  readonly kind: string;
  /** True where the graph is run image by image. */
  readonly single?: boolean;
  /** True where pixels are inverted first. */
  readonly invert?: boolean;
  /** True where the graph takes columns for rows. */
  readonly transpose?: boolean;
}

/** Metadata of a model. */
export interface ModelInfo {
  readonly rows: number;
  readonly columns: number;
  /** Classes in the order of the outputs. */
  readonly classes: ClassList;
  /** Normalisation inside the graph, whose input is raw bytes; here for checking a normalised stream against it. */
  readonly normalization: Normalization;
  /** Data set it was trained on: `fashion-mnist`, …; absent where the training stream did not name one. */
  readonly dataset?: string;
  /** True if the model was trained on generated images. */
  readonly synthetic?: boolean;
  /** Test-time augmentation inside the graph, if any. */
  readonly tta?: TestTimeAugmentation;
  /** ModelSpec: the layers, as data; absent where the model is adopted. */
  readonly spec?: unknown;
  /** Absent where this suite has trained the model. */
  readonly adopted?: Adoption;
  /** Training recipe with every override applied. */
  readonly recipe: unknown;
  readonly lineage: Lineage;
  /** Members of an ensemble, whose mean it is. */
  readonly members?: readonly Member[];
  /** Metrics of the training run: best epoch, losses, accuracies. */
  readonly training: Readonly<Record<string, unknown>>;
  /** SHA-256 of the model file, in hex. Computed on reading, not stored. */
  readonly digest: string;
}
