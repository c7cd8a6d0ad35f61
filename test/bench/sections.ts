/** Measured sections of docs/figures.md: made of the records in test/bench/results/, each between its marks. */

import type { AnyRecord } from '../../src/ndjson/records.js';
import { ablationSheet, type Trial } from './ablation-table.js';
import { benchPicture, benchSheet, newestParts } from './comparison.js';
import { curvesPicture, curvesSheet, newestCurves } from './curves.js';
import { markdown, type Sheet } from './markdown.js';
import { powerPicture } from './power-picture.js';
import { powerSheet } from './power-table.js';
import { newestRuns, recipeSheet } from './recipe-table.js';
import { ofType } from './store.js';

export interface Section {
  /** Of the marks in docs/figures.md, and of the file of records. */
  readonly name: string;
  readonly command: string;
  /** Where the command leaves its records. */
  readonly built: string;
  readonly sheet: (records: readonly AnyRecord[]) => Sheet;
  readonly picture?: {
    readonly alt: string;
    /** An SVG; undefined where there is nothing to draw. */
    readonly draw: (records: readonly AnyRecord[]) => string | undefined;
  };
  /** What is kept of what there was and of what the command has left; default the latter. */
  readonly merge?: (before: readonly AnyRecord[], built: readonly AnyRecord[]) => AnyRecord[];
}

export const sections: readonly Section[] = [
  {
    name: 'bench',
    command: 'make bench',
    built: 'build/bench/bench.records',
    sheet: benchSheet,
    picture: { alt: 'How many times as fast as the best peer', draw: benchPicture },
    merge: newestParts,
  },
  {
    name: 'power',
    command: 'make power',
    built: 'build/power/power.ndjson',
    sheet: powerSheet,
    picture: { alt: 'How soon drift is found', draw: powerPicture },
  },
  {
    name: 'recipes',
    command: 'make recipes',
    built: 'build/recipes/results.ndjson',
    sheet: recipeSheet,
    // A recipe that takes an hour is not trained anew with each of the others.
    merge: (before, built) => newestRuns([...before, ...built]),
  },
  {
    name: 'ablation',
    command: 'make ablation',
    built: 'build/ablation/ablation.ndjson',
    sheet: (records) => ablationSheet(ofType<Trial>(records, 'trial')[0]?.base ?? '', records),
  },
  {
    name: 'time-to-accuracy',
    command: 'make time-to-accuracy',
    built: 'build/accuracy/results.ndjson',
    sheet: curvesSheet,
    picture: { alt: 'Accuracy by minutes of training', draw: curvesPicture },
    merge: newestCurves,
  },
];

/** The page with the sections made anew; one that has no records says how to get them. Throws where a mark is missing. */
export function withSections(
  page: string,
  results: ReadonlyMap<string, readonly AnyRecord[]>,
): string {
  let text = page;
  for (const section of sections) {
    const { name } = section;
    const marked = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!marked.test(text)) throw new Error(`docs/figures.md has no marked place for ${name}`);
    const body = bodyOf(section, results.get(name) ?? []);
    text = text.replace(marked, (_, open, close) => `${open}${body}\n${close}`);
  }
  return text;
}

function bodyOf({ name, command, picture, sheet }: Section, records: readonly AnyRecord[]): string {
  if (records.length === 0) return `\`${command}\` measures this, \`make figures\` puts it here.`;
  const drawn = picture ? `\n\n![${picture.alt}](../man/pictures/${name}.svg)` : '';
  return `${markdown(sheet(records))}${drawn}`;
}
