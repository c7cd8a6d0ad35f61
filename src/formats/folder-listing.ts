/** Listing of a folder of pictures: its files, labels and class names. */

import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { OperationalError, systemReason } from '../core/errors.js';
import { type Annotation, annotationVersion, checkAnnotation } from '../idx/annotation.js';
import { classesOf } from '../idx/classes.js';
import { annotationFile, labelOfFolder, nameOfFolder } from './folder-names.js';

export interface FolderListing {
  readonly folder: string;
  readonly annotation: Annotation | undefined;
  /** In order of file name, and of class where names are the same: what was written as 00000.png … comes back in order. */
  readonly files: readonly PictureFile[];
}

export interface PictureFile {
  readonly path: string;
  readonly label: number | undefined;
}

/** Pictures that are read, and some that are not: these are refused by name, and not passed over in silence. */
const extensions = [
  ...['.png', '.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.avif'],
  ...['.heic', '.heif', '.jp2', '.jxl', '.bmp'],
];

/**
 * Lists a folder of class folders, or of pictures without labels. Labels come from the annotation that stands there,
 * else from folders named by number, else from the folders' order by name, and then their names are the classes.
 * Hidden files, and files that are no pictures by their extension, are passed over.
 */
export async function listFolder(folder: string): Promise<FolderListing> {
  const entries = (await list(folder)).filter((entry) => !entry.name.startsWith('.'));
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const loose = entries.filter((entry) => isPicture(entry.name) && !entry.isDirectory());
  const kept = entries.some((entry) => entry.name === annotationFile)
    ? await readAnnotationFile(join(folder, annotationFile))
    : undefined;
  if (folders.length === 0)
    return {
      folder,
      annotation: kept,
      files: sorted(
        loose.map(({ name }) => ({ name, path: join(folder, name), label: undefined })),
      ),
    };
  if (loose[0])
    throw new OperationalError(
      join(folder, loose[0].name),
      'an image beside class folders; either only folders or only images were expected',
    );
  const { annotation, labels } = labelsOf(folder, folders.sort(), kept);
  const files: NamedFile[] = [];
  for (const [i, name] of folders.entries())
    files.push(...(await classFiles(join(folder, name), labels[i]!)));
  return { folder, annotation, files: sorted(files) };
}

interface NamedFile extends PictureFile {
  readonly name: string;
}

async function classFiles(folder: string, label: number): Promise<NamedFile[]> {
  const entries = (await list(folder)).filter((entry) => !entry.name.startsWith('.'));
  const deeper = entries.find((entry) => entry.isDirectory());
  if (deeper)
    throw new OperationalError(
      join(folder, deeper.name),
      'a folder within a class folder; images were expected (name the folder whose folders are the classes)',
    );
  return entries
    .filter((entry) => isPicture(entry.name))
    .map(({ name }) => ({ name, path: join(folder, name), label }));
}

function labelsOf(folder: string, folders: readonly string[], kept: Annotation | undefined) {
  const classes = classesOf(kept);
  const labels = folders.map((name) => labelOfFolder(name, classes));
  const stray = labels.indexOf(undefined);
  if (stray === -1) return { annotation: kept, labels };
  if (classes)
    throw new OperationalError(
      join(folder, folders[stray]!),
      `is none of the classes in ${annotationFile} (${classes.names.join(', ')})`,
    );
  if (folders.length > 256)
    throw new OperationalError(
      folder,
      `has ${folders.length} class folders; at most 256 were expected`,
    );
  const annotation: Annotation = {
    fmnist: annotationVersion,
    ...kept,
    classes: folders.map(nameOfFolder),
    history: kept?.history ?? [],
  };
  return {
    annotation,
    labels: folders.map((_, i) => i),
  };
}

async function list(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new OperationalError(folder, systemReason(error), { cause: error });
  }
}

async function readAnnotationFile(path: string): Promise<Annotation> {
  try {
    return checkAnnotation(JSON.parse(await readFile(path, 'utf8')), path, 'the annotation');
  } catch (error) {
    if (error instanceof OperationalError) throw error;
    throw new OperationalError(path, 'is not JSON; an annotation was expected', { cause: error });
  }
}

const isPicture = (name: string) => extensions.includes(extname(name).toLowerCase());

function sorted(files: NamedFile[]): PictureFile[] {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return files.sort((a, b) => order(a.name, b.name) || order(a.path, b.path));
}
