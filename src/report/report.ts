/** A whole report, and its parts by format. */

import type { CommandIo } from '../core/environment.js';
import type { ReportParts } from '../picture/report-formats.js';
import { comparisonPart } from './comparison-part.js';
import { dataPart } from './data-part.js';
import { driftPart } from './drift-part.js';
import { evaluationPart } from './evaluation-part.js';
import { Folder } from './folder.js';
import { lineagePart } from './lineage-part.js';
import type { FolderReport } from './part.js';
import type { RobustnessOptions } from './robustness.js';
import { robustnessPart } from './robustness-part.js';
import { trainingPart } from './training-part.js';

export interface ReportOptions {
  /** How robustness is measured, where it is to be. */
  readonly robustness?: RobustnessOptions | undefined;
}

/** Reads the folder. What is not there makes an absent part; what is damaged is an OperationalError. */
export async function readFolder(
  io: CommandIo,
  path: string,
  { robustness }: ReportOptions,
): Promise<FolderReport> {
  const folder = await Folder.open(io, path);
  const { part, predictions, accuracy } = await evaluationPart(folder);
  const lineage = await lineagePart(folder, { predictions, accuracy });
  const { model } = lineage;
  const parts = [
    await dataPart(folder),
    await trainingPart(folder),
    part,
    await robustnessPart(folder, robustness),
    await driftPart(folder, model?.classes ?? predictions?.classes),
    await comparisonPart(folder),
    lineage.part,
  ];
  return {
    name: model?.dataset ?? predictions?.dataset ?? path,
    synthetic: model?.synthetic === true || predictions?.synthetic === true,
    parts,
    files: lineage.files,
    claims: lineage.claims,
  };
}

/** Each format loads what it needs, and nothing else. */
export function folderParts(report: FolderReport): ReportParts {
  return {
    ndjson: async () => (await import('./records.js')).folderRecords(report),
    text: async (options) => (await import('./text.js')).folderText(report, options),
    html: async (maker) => (await import('./page.js')).folderHtml(report, maker),
  };
}
