/** Everything fmnist-corrupt can do, in one list. */

import type { CorruptionRecord } from '../../ndjson/corruption-records.js';
import {
  type CorruptionName,
  corruptionNames,
  corruptions,
  isCorruptionName,
} from './catalogue.js';
import { classShift } from './class-shift.js';
import type { Dose } from './corruption.js';
import { labelNoise } from './label-noise.js';

/** Corruptions of labels and of the class mix, which leave the images as they are. */
export const labelKinds = {
  'label-noise': { ...labelNoise, describe: 'some labels are wrong' },
  'class-shift': { ...classShift, describe: 'one class more frequent' },
} as const satisfies Readonly<Record<string, Dose & { describe: string }>>;

export type LabelKindName = keyof typeof labelKinds;

export function isLabelKindName(name: string): name is LabelKindName {
  return Object.hasOwn(labelKinds, name);
}

/** Amounts by severity of a corruption of images or of labels. */
export function doseOf(name: CorruptionName | LabelKindName): Dose {
  return isCorruptionName(name) ? corruptions[name] : labelKinds[name];
}

export const everyName: readonly string[] = [...corruptionNames, ...Object.keys(labelKinds)];

/** A record a kind, those of images first. */
export function corruptionRecords(): CorruptionRecord[] {
  return everyName.map((name) => {
    const { describe, unit, amounts, family } = isCorruptionName(name)
      ? corruptions[name]
      : { ...labelKinds[name as LabelKindName], family: 'labels' };
    return { type: 'corruption', name, family, description: describe, unit, amounts };
  });
}
