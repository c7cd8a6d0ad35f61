/** Distillation: a model learns from what another one says of the very images it sees itself, changed and mixed as they are (Beyer et al. 2022, https://arxiv.org/abs/2106.05237). */

import { OperationalError } from '../core/errors.js';
import type { FieldReader } from '../core/field-reader.js';
import { classConflict } from '../idx/classes.js';
import type { TeacherSpec } from '../model/lowering/training-graph.js';
import { openModelFile } from '../model/model.js';
import { sharedBytes } from '../step/shared-memory.js';
import type { LoadedDataset } from './dataset.js';

/** Where a recipe says nothing. */
export const defaultTeacher: TeacherSpec = { temperature: 4, weight: 0.5 };

/** The recipe's section `teacher`. */
export function readTeacher(reader: FieldReader): TeacherSpec {
  const teacher = {
    temperature: reader.number('temperature', { min: 0.01, max: 100 }, defaultTeacher.temperature),
    weight: reader.number('weight', { min: 0, max: 1 }, defaultTeacher.weight),
  };
  reader.end('teacher');
  return teacher;
}

export interface Teacher {
  readonly digest: string;
  /** The model file, in shared memory. */
  readonly model: Uint8Array;
}

/**
 * Reads the model at `path`. OperationalError where it is none, or one for images of another size or other classes than
 * those to train on. Its normalisation is free: it does that itself, and is given raw bytes.
 */
export async function openTeacher(
  path: string,
  { rows, columns, classes }: Pick<LoadedDataset, 'rows' | 'columns' | 'classes'>,
): Promise<Teacher> {
  const { info, bytes } = await openModelFile(path);
  if (info.rows !== rows || info.columns !== columns)
    throw new OperationalError(
      path,
      `is a teacher for images of ${info.rows} × ${info.columns} pixels; ${rows} × ${columns}, as those to train on, were expected`,
    );
  if (info.classes.labels.join() !== classes.labels.join())
    throw new OperationalError(
      path,
      `is a teacher of ${info.classes.labels.length} classes (labels ${info.classes.labels.join(', ')}); labels ${classes.labels.join(', ')}, as in the training set, were expected`,
    );
  const conflict = classConflict(info.classes, classes);
  if (conflict)
    throw new OperationalError(
      path,
      `calls label ${conflict.label} '${conflict.theirs}', the training set calls it '${conflict.ours}'; a teacher of the same classes was expected`,
    );
  const model = sharedBytes(bytes.length);
  model.set(bytes);
  return { digest: info.digest, model };
}
