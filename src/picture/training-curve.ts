/** Training curves: loss and accuracy by epoch, on training and validation images. */

import type { AnyRecord, EpochRecord } from '../ndjson/records.js';
import type { LineChart, Panel, Series } from './line-chart.js';
import { grouped, percent, roundRange } from './numbers.js';
import { printable } from './printable.js';

/** The chart of a run, for `lineChart` or `terminalChart`; `epochs` holds at least one. */
export function trainingCurve(epochs: readonly EpochRecord[], run?: AnyRecord): LineChart {
  const best = bestEpoch(epochs);
  const panel = (title: string, of: keyof EpochRecord, validation: keyof EpochRecord): Panel => ({
    title,
    series: [series('training', epochs, of), series('validation', epochs, validation)].filter(
      (s) => s.points.length > 0,
    ),
  });
  return {
    title: 'Training curve',
    subtitle: subtitleOf(epochs, best, run),
    description: `Loss and accuracy of ${epochs.length} epochs of training. ${describeEnd(epochs)}`,
    xLabel: 'epoch',
    panels: [
      panel('Loss', 'loss', 'validationLoss'),
      sharesPanel(panel('Accuracy', 'accuracy', 'validationAccuracy')),
    ],
    mark: best && epochs.length > 1 ? { x: best.epoch, label: 'best' } : undefined,
  };
}

/** The last epoch marked best; without marks, the one of least validation loss, if validation there was. */
export function bestEpoch(epochs: readonly EpochRecord[]): EpochRecord | undefined {
  const marked = epochs.findLast((epoch) => epoch.best === true);
  if (marked) return marked;
  return epochs
    .filter((epoch) => epoch.validationLoss !== undefined)
    .reduce<EpochRecord | undefined>(
      (least, epoch) => (!least || epoch.validationLoss! < least.validationLoss! ? epoch : least),
      undefined,
    );
}

function series(name: string, epochs: readonly EpochRecord[], field: keyof EpochRecord): Series {
  const points = epochs
    .filter((epoch) => typeof epoch[field] === 'number')
    .map((epoch) => ({ x: epoch.epoch, y: epoch[field] as number }));
  return { name, points, hue: name === 'training' ? 'blue' : 'orange' };
}

function subtitleOf(
  epochs: readonly EpochRecord[],
  best: EpochRecord | undefined,
  run: AnyRecord | undefined,
): string {
  const named = [run?.recipe, run?.dataset]
    .filter((v): v is string => typeof v === 'string')
    .map(printable);
  const figures = best ?? epochs.at(-1)!;
  const accuracy =
    figures.validationAccuracy === undefined
      ? `training accuracy ${percent(figures.accuracy, 2)}`
      : `validation accuracy ${percent(figures.validationAccuracy, 2)}`;
  return [
    ...named,
    run?.synthetic === true ? 'synthetic data' : '',
    `${grouped(epochs.length)} epoch${epochs.length === 1 ? '' : 's'}`,
    `${best ? 'best' : 'last'}: epoch ${figures.epoch}, ${accuracy}`,
  ]
    .filter(Boolean)
    .join(', ');
}

function describeEnd(epochs: readonly EpochRecord[]): string {
  const last = epochs.at(-1)!;
  const validation =
    last.validationLoss === undefined
      ? ''
      : `, validation loss ${last.validationLoss.toPrecision(3)}`;
  return `At the end: training loss ${last.loss.toPrecision(3)}${validation}.`;
}

/** Shares stay between 0 and 1, also where all of them are 1. */
function sharesPanel(panel: Panel): Panel {
  const values = panel.series.flatMap(({ points }) => points.map(({ y }) => y));
  const [low, high] = roundRange(Math.min(...values), Math.max(...values), 5);
  return { ...panel, range: [Math.max(0, low), Math.min(1, high)], format: shortPercent };
}

/** `92 %`, or `92.5 %` where ticks lie closer than a percent. */
const shortPercent = (share: number) => `${Number((share * 100).toFixed(2))} %`;
