/** The power study as a picture: changes by severity, darker the fewer images it takes; and how often there was a false alarm. */

import type { AnyRecord } from '../../src/ndjson/records.js';
import { grouped, percent } from '../../src/picture/numbers.js';
import {
  estimateWidth,
  headingHeight,
  margin,
  rect,
  svgDocument,
  text,
  textOn,
} from '../../src/picture/svg.js';
import {
  alphas,
  changesOf,
  type FalseAlarms,
  findingOf,
  imagesWords,
  mixesOf,
  mixShifts,
} from './power-table.js';
import { ofType } from './store.js';

const cell = { width: 58, height: 24 };
const severities = [1, 2, 3, 4, 5];

interface Block {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly cells: readonly { readonly words: string; readonly opacity: number }[];
  }[];
}

/** A whole SVG file: images until found, at 1 %, all tests together. */
export function powerPicture(records: readonly AnyRecord[]): string {
  const finding = findingOf(records);
  const changes = changesOf(records);
  const cellOf = (change: string, severity: number) => {
    const found = finding(change, severity);
    return { words: imagesWords(found), opacity: shade(found?.images) };
  };
  const corruptions: Block = {
    title: 'corruptions, by severity',
    columns: severities.map(String),
    rows: changes.map((name) => ({ name, cells: severities.map((s) => cellOf(name, s)) })),
  };
  const mixes: Block = {
    title: 'class more frequent, by points',
    columns: mixShifts.map((points) => `+${points}`),
    rows: mixesOf(records).map((mix) => ({
      name: mix.slice('mix '.length),
      cells: mixShifts.map((points) => cellOf(mix, points)),
    })),
  };
  const subtitle = 'images until drift is found, at a false-alarm rate of 1 %';
  const top = headingHeight(subtitle) + 40;
  const left = { x: margin + namesWidth(corruptions), y: top };
  const right = left.x + severities.length * cell.width + 40;
  const quiet = quietBlock(records);
  const x = right + Math.max(namesWidth(mixes), namesWidth(quiet));
  return svgDocument({
    title: 'How soon drift is found',
    subtitle,
    description: corruptions.rows
      .map(({ name, cells }) => `${name}: ${cells.map(({ words }) => words).join(', ')}`)
      .join('; '),
    width: x + Math.max(mixShifts.length * cell.width, estimateWidth(mixes.title, 12)) + margin,
    height:
      top + Math.max(changes.length, mixes.rows.length + 3 + quiet.rows.length) * cell.height + 16,
    body: [
      ...draw(corruptions, left),
      ...draw(mixes, { x, y: top }),
      ...draw(quiet, { x, y: top + (mixes.rows.length + 3) * cell.height }),
    ].join('\n'),
  });
}

function quietBlock(records: readonly AnyRecord[]): Block {
  const alarms = ofType<FalseAlarms>(records, 'false-alarms').filter((f) => f.scope === 'both');
  const sizes = [...new Set(alarms.map(({ size }) => size))];
  return {
    title: `false alarms in ${grouped(alarms[0]?.windows ?? 0)} windows`,
    columns: alphas.map((alpha) => `at ${percent(alpha, 0)}`),
    rows: sizes.map((size) => ({
      name: `of ${grouped(size)} images`,
      cells: alphas.map((alpha) => {
        const found = alarms.find((f) => f.size === size && f.alpha === alpha);
        const words = found ? percent(found.alarms / found.windows, 2) : '–';
        return { words, opacity: 0 };
      }),
    })),
  };
}

/** From 5 images, in full colour, to some 1,000, hardly any, on a scale of logarithms. */
function shade(images: number | undefined): number {
  return images === undefined ? 0 : Math.max(0.08, 1 - Math.log10(images / 5) / 2.5);
}

const namesWidth = ({ rows }: Block) =>
  Math.max(0, ...rows.map(({ name }) => estimateWidth(name, 12))) + 10;

function draw({ title, columns, rows }: Block, { x, y }: { x: number; y: number }): string[] {
  return [
    text(x, y - 24, title, { class: 'small strong' }),
    ...columns.map((label, i) =>
      text(x + (i + 0.5) * cell.width, y - 8, label, { class: 'tiny mid muted' }),
    ),
    ...rows.flatMap(({ name, cells }, r) => [
      text(x - 10, y + r * cell.height + 16, name, { class: 'small end' }),
      ...cells.map((content, i) => drawCell(x + i * cell.width, y + r * cell.height, content)),
    ]),
  ];
}

function drawCell(x: number, y: number, { words, opacity }: { words: string; opacity: number }) {
  const attributes = { rx: 3, class: 'blue', 'fill-opacity': Math.round(opacity * 100) / 100 };
  return (
    rect(x + 1, y + 1, cell.width - 2, cell.height - 2, attributes) +
    text(x + cell.width / 2, y + 16, words, { class: `tiny mid ${textOn('blue', opacity)}` })
  );
}
