/**
 * Messages on standard error: information, warnings, and a progress bar on terminals for work
 * that takes longer than a moment.
 */

import type { GenericFormatter as Format } from 'cli-progress';
import type { CommandIo } from '../core/environment.js';
import { atExit } from '../io/cleanup.js';

/** A remark that `--quiet` silences. */
export function info(io: CommandIo, text: string): void {
  if (!io.quiet) io.stderr.write(`${io.program}: ${text}\n`);
}

/** Something the user must hear, quiet or not, though the work goes on. */
export function warn(io: CommandIo, text: string): void {
  io.stderr.write(`${io.program}: warning: ${text}\n`);
}

export interface Progress {
  /** `done` counts towards the total; `note` is shown behind the bar. */
  update(done: number, note?: string): void;
  /** Takes the bar away, so that something else can be said; the next update brings it back. */
  stop(): void;
}

export interface ProgressOptions {
  readonly total: number;
  /** Unit of the count: `images`, `MB`. */
  readonly unit: string;
  /** How long work goes on before a bar appears, in milliseconds: short work should leave no trace. Default 1000. */
  readonly patience?: number;
}

/** A progress bar; a silent one where standard error is no terminal or `--quiet` was given. */
export async function openProgress(
  io: CommandIo,
  { total, unit, patience = 1000 }: ProgressOptions,
): Promise<Progress> {
  if (io.quiet || !io.stderrIsTerminal) return { update() {}, stop() {} };
  const [{ default: cliProgress }, { stderrColours }, { Pace, progressLine }] = await Promise.all([
    import('cli-progress'),
    import('./colour.js'),
    import('./progress-line.js'),
  ]);
  const colours = stderrColours(io);
  const pace = new Pace();
  const started = performance.now();
  const line: Format = (_options, { value, maxWidth }, { note = '' }) => {
    const state = { done: value, total, unit, rate: pace.rate(), left: pace.left(total), note };
    const { filled, empty, words } = progressLine(state, maxWidth);
    return colours.cyan(filled) + colours.dim(empty) + words;
  };
  const bar = new cliProgress.SingleBar({
    stream: io.stderr as NodeJS.WriteStream,
    format: line,
    hideCursor: true,
    clearOnComplete: true,
    fps: 8,
  });
  let shown = false;
  let forget = () => {};
  return {
    update(done, note = '') {
      pace.add(performance.now(), done);
      if (!shown && performance.now() - started < patience) return;
      if (!shown) {
        bar.start(total, done, { note });
        // The bar hides the cursor: it must come back, whatever ends this process.
        forget = atExit(() => bar.stop());
      }
      shown = true;
      bar.update(done, { note });
    },
    stop() {
      if (shown) bar.stop();
      shown = false;
      forget();
    },
  };
}
