/** A report in the format asked for: what every program that reports does alike. */

import type { CommandIo } from '../core/environment.js';
import { present } from '../core/present.js';
import { version } from '../core/version.js';
import type { AnyRecord, RunRecord } from '../ndjson/records.js';
import type { ColourLevel } from './ansi.js';

export interface TextOptions {
  readonly level: ColourLevel;
  /** Columns there are. */
  readonly width: number;
}

/** One function a format, called only for the format asked for: what only one of them needs is to be imported within it. */
export interface ReportParts {
  /** The records behind the `run` record. */
  readonly ndjson: () => Promise<Iterable<AnyRecord>>;
  /** With a newline at its end. */
  readonly text: (options: TextOptions) => Promise<string>;
  readonly csv?: () => Promise<string>;
  /** `maker`: the program and version, for the page's foot. */
  readonly html?: (maker: string) => Promise<string>;
  /** A whole SVG file; PNG is made of it. */
  readonly svg?: () => Promise<string>;
}

export interface ReportRenderOptions {
  /** The words of the command line, for the `run` record. */
  readonly argv: readonly string[];
  /** Further fields of the `run` record; those undefined are left out. */
  readonly run?: Readonly<Record<string, unknown>>;
  /** Columns, for text. */
  readonly width: number;
  /** `--output`, where given: a file gets no colour. */
  readonly output: string | undefined;
}

/** The report's bytes or text. Loads what its format needs, and nothing else. Parts that the format lacks are a mistake of the caller's. */
export async function renderReport(
  io: CommandIo,
  format: 'text' | 'ndjson' | 'csv' | 'html' | 'svg' | 'png',
  parts: ReportParts,
  { argv, run, width, output }: ReportRenderOptions,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'ndjson': {
      const { encodeRecord } = await import('../ndjson/encode.js');
      const lines = [encodeRecord(runRecord(io, argv, run))];
      for (const record of await parts.ndjson()) lines.push(encodeRecord(record));
      return lines.join('');
    }
    case 'text':
      return parts.text({ level: await textLevel(io, output), width });
    default: {
      const part = parts[format === 'png' ? 'svg' : format];
      if (!part) throw new Error(`this report has no ${format}`);
      const whole = await part(makerName(io));
      if (format !== 'png') return whole;
      const { svgToPng } = await import('./raster.js');
      return svgToPng(whole);
    }
  }
}

/** The record that opens a report. Fields that are undefined are left out, and `synthetic` where it is not true. */
export function runRecord(
  io: Pick<CommandIo, 'program'>,
  argv: readonly string[],
  fields: Readonly<Record<string, unknown>> = {},
): RunRecord {
  return present({
    type: 'run',
    program: io.program,
    version: version(),
    argv,
    ...fields,
    synthetic: fields.synthetic === true ? true : undefined,
  });
}

/** Program and version that made a page: `fmnist-eval 0.1.0`. */
export function makerName(io: Pick<CommandIo, 'program'>): string {
  return `${io.program} ${version()}`;
}

/** Colours for text: those of the terminal, none in a file named with `--output`. */
export async function textLevel(io: CommandIo, output: string | undefined): Promise<ColourLevel> {
  const { colourLevel } = await import('../cli/colour.js');
  return colourLevel(io, io.stdoutIsTerminal && (output ?? '-') === '-');
}
