/** Distillation: a student learns from the predictions of a teacher on the very images of its batch, augmented and mixed (Beyer et al. 2022, https://arxiv.org/abs/2106.05237). */

import { OperationalError } from '../core/errors.js';
import type { FieldReader } from '../core/field-reader.js';
import { classConflict } from '../idx/classes.js';
import type { TeacherSpec } from '../model/lowering/training-graph.js';
import { openModelFile } from '../model/model.js';
import { sharedBytes } from '../step/shared-memory.js';
import type { LoadedDataset } from './dataset.js';

/** Default temperature and weight. */
export const defaultTeacher: TeacherSpec = { temperature: 4, weight: 0.5 };

/** Reads the section `teacher` of a recipe. */
export function readTeacher(reader: FieldReader): TeacherSpec {
  const teacher = {
    temperature: reader.number('temperature', { min: 0.01, max: 100 }, defaultTeacher.temperature),
    weight: reader.number('weight', { min: 0, max: 1 }, defaultTeacher.weight),
  };
  reader.end('teacher');
  return teacher;
}

/** A teacher's model. */
export interface Teacher {
  /** SHA-256 of the file. */
  readonly digest: string;
  /** [bytes] of the model file, in shared memory. */
  readonly model: Uint8Array;
}

/**
 * Opens the teacher at `path`. Throws OperationalError where it is no model, or one for images of another size or other
 * classes than the training set's. Its normalisation is free: a model takes raw bytes and normalises them itself.
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
