/** Folders with a LayersModel of TensorFlow.js: model.json, with its weights beside it. */

import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OperationalError } from '../../core/errors.js';
import { NewFolder, namingTrouble } from '../../io/new-folder.js';
import { readWholeFile } from '../../io/whole-file.js';
import { type LayersModelFiles, layersModelFiles } from './layers-model.js';
import { LayersModel } from './layers-model-read.js';

/** Writes a new folder, whole or not at all. Throws OperationalError where it exists or cannot be written. */
export async function writeLayersModel(
  name: string,
  { json, weights }: LayersModelFiles,
): Promise<void> {
  const folder = await NewFolder.create(name);
  try {
    await namingTrouble(name, async () => {
      await writeFile(join(folder.path, layersModelFiles.model), json);
      await writeFile(join(folder.path, layersModelFiles.weights), weights);
    });
    await folder.finish();
  } catch (error) {
    await folder.abort();
    throw error;
  }
}

/** A LayersModel and the files it was read from. */
export interface LayersModelFolder {
  readonly model: LayersModel;
  /** [bytes] of each file with weights, by its path in the model. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Contents of all files, model.json first. [bytes] each */
  readonly contents: readonly Uint8Array[];
}

/** Reads a folder, or the model.json in one. Throws OperationalError where that is none, or a file is missing. */
export async function readLayersModel(path: string): Promise<LayersModelFolder> {
  const file = basename(path).endsWith('.json') ? path : join(path, layersModelFiles.model);
  const text = await readWholeFile(file);
  let model: LayersModel;
  try {
    model = LayersModel.parse(text.toString('utf8'));
  } catch (error) {
    throw new OperationalError(
      file,
      `${(error as Error).message}; the model.json of a LayersModel was expected`,
      { cause: error },
    );
  }
  const files = new Map<string, Uint8Array>();
  for (const name of model.paths) {
    if (name !== basename(name))
      throw new OperationalError(file, `has weights in ${name}; a file beside it was expected`);
    files.set(name, await readWholeFile(join(dirname(file), name)));
  }
  return { model, files, contents: [text, ...files.values()] };
}
