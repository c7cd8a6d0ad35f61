/** Kaggle's CSV: one image a row, `label,pixel1,pixel2,…`, with or without header, with or without labels. */

import { displayName, OperationalError } from '../core/errors.js';
import { type Annotation, emptyAnnotation } from '../idx/annotation.js';
import { type ClassList, classFields } from '../idx/classes.js';
import type { ByteReader } from '../io/byte-reader.js';
import { BlockBuilder } from './block-builder.js';
import { ClassNames } from './class-names.js';
import { type CsvLayout, isHeader, layoutOfHeader, layoutOfWidth } from './csv-layout.js';
import { type ParseRow, RowReader } from './csv-rows.js';
import type { FileOptions } from './file-options.js';
import { type Line, readLines } from './lines.js';
import type { ImageSource } from './source.js';

/**
 * Opens CSV. Rows of nothing but digits and delimiters, which is what there is by the million, are scanned in
 * place; whatever else (the header, quotes, blanks, decimals) csv-parse takes apart. Faults are named by line and
 * column.
 */
export async function openCsv(
  reader: ByteReader,
  { size, classes }: Pick<FileOptions, 'size' | 'classes'> = {},
): Promise<ImageSource> {
  const source = displayName(reader.source);
  const lines = readLines(reader);
  const first = await firstRow(lines);
  if (!first) throw new OperationalError(source, 'holds no row; CSV was expected');
  const delimiter = delimiterOf(first.bytes);
  const parseRow = await rowParser(source, delimiter);
  const fields = parseRow(first.bytes.toString('utf8'), first.line) ?? [];
  const header = isHeader(fields);
  const layout = header
    ? layoutOfHeader(fields, size, source)
    : layoutOfWidth(fields.length, size, source);
  const classNames = new ClassNames(classes);
  const rows = new RowReader(layout, delimiter, source, parseRow, classNames);
  return {
    source: reader.source,
    get annotation() {
      return classNames.used && annotationOf(classNames.used);
    },
    get notes() {
      return [...unnamedColumns(layout), ...namesNote(classNames)];
    },
    rows: layout.rows,
    columns: layout.columns,
    labelled: layout.labelled,
    async *blocks() {
      const block = new BlockBuilder(layout, layout.labelled);
      if (!header) rows.read(first, block);
      for await (const line of lines) {
        rows.read(line, block);
        if (block.full) yield block.take();
      }
      if (block.count > 0) yield block.take();
      if (classNames.used && classNames.numbers)
        throw new OperationalError(source, 'has labels that are names and others that are numbers');
    },
  };
}

/** Columns without a name, such as the index that pandas writes: passed over, and said. */
function unnamedColumns({ names = [] }: CsvLayout): string[] {
  const unnamed = names.flatMap((name, i) => (name === '' ? [i + 1] : []));
  if (unnamed.length === 0) return [];
  const one = unnamed.length === 1;
  return [
    `column${one ? '' : 's'} ${unnamed.join(', ')} ${one ? 'has' : 'have'} no name and ${one ? 'is' : 'are'} passed over`,
  ];
}

function namesNote({ dataset, used }: ClassNames): string[] {
  return dataset && used ? [`labels are names, taken for those of ${dataset}`] : [];
}

const annotationOf = (classes: ClassList): Annotation => ({
  ...emptyAnnotation,
  ...classFields(classes),
});

/** The first line that is not blank, without a byte-order mark. The iterator goes on behind it. */
async function firstRow(lines: AsyncGenerator<Line>): Promise<Line | undefined> {
  for (;;) {
    const next = await lines.next();
    if (next.done) return undefined;
    const { line } = next.value;
    // Copied, as what a line is read from may be reused once the next is asked for.
    const bytes = Buffer.from(next.value.bytes);
    const text = line === 1 && bytes.subarray(0, 3).equals(mark) ? bytes.subarray(3) : bytes;
    if (text.toString('latin1').trim() !== '') return { line, bytes: text };
  }
}

const mark = Buffer.from('\ufeff');

function delimiterOf(row: Buffer): number {
  const [comma, semicolon, tab] = [0x2c, 0x3b, 0x09];
  if (row.includes(comma)) return comma;
  if (row.includes(semicolon)) return semicolon;
  return row.includes(tab) ? tab : comma;
}

/** One line → its fields; undefined for a blank line. */
async function rowParser(source: string, delimiter: number): Promise<ParseRow> {
  const { parse } = await import('csv-parse/sync');
  const options = {
    delimiter: String.fromCharCode(delimiter),
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  };
  return (text, line) => {
    try {
      return (parse(text, options) as string[][])[0];
    } catch (error) {
      throw new OperationalError(
        `${source}: line ${line}`,
        `is not CSV: ${(error as Error).message.replace(/ at line \d+.*| on line \d+.*/, '')}`,
        { cause: error },
      );
    }
  };
}
