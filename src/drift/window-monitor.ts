/** A log compared window by window, as it comes. */

import { info, warn } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { OperationalError } from '../core/errors.js';
import type { ByteSink } from '../io/byte-sink.js';
import { Alarms } from './alarms.js';
import { compareToReference, type DriftComparisonOptions } from './comparison.js';
import { ObservationReader } from './observation-reader.js';
import { damagePolicy, openCurrent, sayPassed } from './open-inputs.js';
import { verdictOn, type WindowPosition, type WindowVerdict } from './report/report.js';
import type { VerdictWriter } from './report/write.js';
import { WindowSketch } from './window-sketch.js';
import { type LogWindow, type WindowPlan, Windows } from './windows.js';

export interface MonitorOptions {
  readonly reference: WindowSketch;
  readonly files: readonly string[];
  readonly settings: DriftComparisonOptions;
  readonly writer: VerdictWriter;
  /** Read on as the one file grows. */
  readonly follow: boolean;
  /** Windows with fewer rows are not tested. */
  readonly least: number;
  /** Windows without drift before the next alarm. */
  readonly coolDown: number;
  /** End at the first alarm. */
  readonly untilDrift: boolean;
  readonly model: string | undefined;
  readonly anyModel: boolean;
}

export interface MonitorResult {
  /** The last of them, as many as the writer keeps. */
  readonly verdicts: readonly WindowVerdict[];
  readonly windows: number;
  readonly drifting: number;
}

/** Window by window; each verdict is written as soon as it is known. */
export async function monitorWindows(
  io: CommandIo,
  options: MonitorOptions,
  plan: WindowPlan,
  sink: ByteSink,
): Promise<MonitorResult> {
  const { reference, files, follow, model, anyModel, least, settings, writer } = options;
  const alarms = new Alarms(options.coolDown);
  const verdicts: WindowVerdict[] = [];
  await sink.write(writer.begin());
  let [numbered, drifting] = [0, 0];
  const events = {
    backwards: (row: number, ms: number) =>
      warn(
        io,
        `row ${row}: the clock went back, ${ms / 1000} s before the window that is open; it counts there`,
      ),
    skipped: (count: number) =>
      info(io, `${count} windows without any rows are not reported one by one`),
  };
  const { images } = writer;
  const windows = new Windows(plan, events, () => new WindowSketch({ images }));
  const judge = async (window: LogWindow) => {
    const { sketch } = window;
    sketch.classes = reference.classes;
    // Labels may come when there is nothing more to be labelled.
    const enough = Math.max(sketch.rows, sketch.judged) >= least;
    const comparison = enough ? compareToReference(reference, sketch, settings) : undefined;
    const alarm = comparison ? alarms.next(comparison.drift) : false;
    if (comparison?.drift) drifting++;
    const position = positionOf(window, ++numbered, alarm);
    const verdict = verdictOn(reference, sketch, comparison, position);
    verdicts.push(verdict);
    if (verdicts.length > writer.keeps) verdicts.shift();
    await sink.write(writer.verdict(verdict));
    return alarm && options.untilDrift;
  };
  for (const file of files) {
    const damaged = damagePolicy(io, follow);
    const intake = new ObservationReader({ reference, model, anyModel, damaged, images });
    const { reader, close } = await openCurrent(io, file, follow);
    try {
      for await (const row of intake.rows(reader))
        for (const window of addTo(windows, row, file))
          if (await judge(window)) return { verdicts, windows: numbered, drifting };
    } finally {
      await close();
    }
    if (intake.sketched.rows > 0)
      throw new OperationalError(
        file,
        'is a sketch, which has no rows to cut into windows; records or images were expected',
      );
    sayPassed(io, intake);
  }
  for (const window of windows.end()) await judge(window);
  return { verdicts, windows: numbered, drifting };
}

function positionOf(window: LogWindow, number: number, alarm: boolean): WindowPosition {
  const { firstRow, lastRow, from, to, full, sketch } = window;
  return {
    number,
    alarm,
    firstRow,
    lastRow,
    from: from ?? sketch.firstTime,
    to: to ?? sketch.lastTime,
    full,
  };
}

function addTo(windows: Windows, row: Parameters<Windows['add']>[0], file: string): LogWindow[] {
  try {
    return [...windows.add(row)];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OperationalError(file, `a row ${error.message}`, { cause: error });
  }
}
