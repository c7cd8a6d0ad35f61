/** Names of class folders: classes as file names, and back. */

import type { ClassList } from '../idx/classes.js';

/** The file beside the class folders that keeps the annotation. */
export const annotationFile = 'annotation.json';

// `/` and NUL are no part of any file name, the others of none on Windows; `%` so that the way back is plain.
const unsafe = /[%/\\:*?"<>|\p{Cc}]|^\.|[. ]$/gu;

/** A class name as the name of a folder: `T-shirt/top` → `T-shirt%2Ftop`. */
export function folderOfName(name: string): string {
  return name.replace(
    unsafe,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** The inverse of `folderOfName`; a `%` without two hexadecimal digits behind it stands for itself. */
export function nameOfFolder(folder: string): string {
  return folder.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/**
 * The folder of each label that occurs, by label. Named by class where every one of them has a name of its own
 * (also where case does not count), else by number: `7`, or `label-7` where names are known that `7` might be one of.
 */
export function foldersOf(
  present: readonly number[],
  classes: ClassList | undefined,
): ReadonlyMap<number, string> {
  const names = present.map((label) => classes?.names[classes.labels.indexOf(label)] ?? '');
  const folders = names.map(folderOfName);
  const distinct = new Set(folders.map((folder) => folder.toLowerCase())).size === present.length;
  const named = classes !== undefined && distinct && !folders.includes('');
  return new Map(
    present.map((label, i) => [
      label,
      named ? folders[i]! : classes ? `label-${label}` : `${label}`,
    ]),
  );
}

/** The label of a folder among known classes; undefined where it is none of them. */
export function labelOfFolder(folder: string, classes: ClassList | undefined): number | undefined {
  const at = classes?.names.indexOf(nameOfFolder(folder)) ?? -1;
  if (at >= 0) return classes?.labels[at];
  const number = (classes ? /^label-(\d{1,3})$/ : /^(\d{1,3})$/).exec(folder)?.[1];
  return number !== undefined && Number(number) <= 255 ? Number(number) : undefined;
}
