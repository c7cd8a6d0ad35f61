/** Training part of the report: the curves, and the epoch that was kept. */

import { readTrainingLog } from '../ndjson/epoch-reader.js';
import { lineChart } from '../picture/line-chart.js';
import { grouped, percent } from '../picture/numbers.js';
import { figure, htmlTable } from '../picture/page.js';
import { bestEpoch, trainingCurve } from '../picture/training-curve.js';
import type { Folder } from './folder.js';
import type { ReportPart } from './part.js';

const file = 'train.ndjson';

export async function trainingPart(folder: Folder): Promise<ReportPart> {
  const title = 'Training';
  if (!folder.find(file))
    return { title, files: [file], absent: `${file} is not there; fmnist-train --log writes it` };
  const { run, epochs } = await readTrainingLog(await folder.open(file));
  const kept = bestEpoch(epochs) ?? epochs.at(-1);
  const accuracy = kept?.validationAccuracy;
  const seconds = epochs.reduce((sum, epoch) => sum + (Number(epoch.seconds) || 0), 0);
  const optional = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? '';
  return {
    title,
    files: [file],
    answer: [
      `${epochs.length} epoch${epochs.length === 1 ? '' : 's'} in ${duration(seconds)}`,
      `kept: epoch ${kept?.epoch}`,
      ...(accuracy === undefined ? [] : [`validation accuracy ${percent(accuracy, 2)}`]),
    ].join(', '),
    sections: () => [
      { body: figure(lineChart(trainingCurve(epochs, run))) },
      {
        title: 'Epochs',
        body: htmlTable(
          [
            'epoch',
            'learning rate',
            'loss',
            'accuracy',
            'validation loss',
            'validation accuracy',
            'images a second',
          ],
          epochs.map((epoch) => [
            epoch === kept ? `${epoch.epoch} ← kept` : epoch.epoch,
            String(Number(Number(epoch.learningRate).toPrecision(3))),
            epoch.loss.toFixed(4),
            percent(epoch.accuracy, 2),
            optional(epoch.validationLoss, 4),
            epoch.validationAccuracy === undefined ? '' : percent(epoch.validationAccuracy, 2),
            grouped(Number(epoch.imagesPerSecond)),
          ]),
        ),
      },
    ],
  };
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
