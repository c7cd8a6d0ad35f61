/** Verdicts in the format asked for. */

import type { CommandIo } from '../../core/environment.js';
import { makerName, runRecord, textLevel } from '../../picture/report-formats.js';
import type { DriftReport, WindowVerdict } from './report.js';

export type DriftFormat = 'text' | 'ndjson' | 'html';

export interface WriteOptions {
  readonly argv: readonly string[];
  readonly width: number;
  /** `--output`, where given: a file gets no colour. */
  readonly output: string | undefined;
}

/** Windows that a page shows at most: the last of them. */
const mostShown = 2000;

/** Writes verdicts as they come, and what can only be written when all are there. */
export interface VerdictWriter {
  /** How many verdicts `end` wants to see: the last of them. */
  readonly keeps: number;
  /** Whether it shows images. */
  readonly images: boolean;
  readonly begin: () => string;
  readonly verdict: (verdict: WindowVerdict) => string;
  readonly end: (report: DriftReport) => string;
}

/** Loads what the format needs, and nothing else. */
export async function openVerdictWriter(
  io: CommandIo,
  options: DriftReport['options'],
  format: DriftFormat,
  { argv, width, output }: WriteOptions,
): Promise<VerdictWriter> {
  const nothing = () => '';
  if (format === 'ndjson') {
    const { encodeRecord } = await import('../../ndjson/encode.js');
    const { verdictRecords } = await import('./records.js');
    const run = runRecord(io, argv, { seed: options.seed });
    return {
      keeps: 1,
      images: false,
      begin: () => encodeRecord(run),
      verdict: (verdict) => [...verdictRecords(verdict, options)].map(encodeRecord).join(''),
      end: nothing,
    };
  }
  if (format === 'html') {
    const { driftHtml } = await import('./html.js');
    return {
      keeps: mostShown,
      images: true,
      begin: nothing,
      verdict: nothing,
      end: (report) => driftHtml(report, makerName(io)),
    };
  }
  const { driftText, windowLine } = await import('./text.js');
  const level = await textLevel(io, output);
  return {
    keeps: 1,
    images: false,
    begin: nothing,
    verdict: (verdict) => (verdict.position ? windowLine(verdict, { level, width }) : ''),
    end: (report) =>
      report.verdicts.some(({ position }) => position) ? '' : driftText(report, { level, width }),
  };
}
