/** What goes to standard error: remarks, warnings, and a progress bar on terminals for work that takes longer than a moment. */

import { atExit } from '../io/cleanup.js';
import type { CommandIo } from './io.js';

/** A remark that `--quiet` silences. */
export function remark(io: CommandIo, text: string): void {
  if (!io.quiet) io.stderr.write(`${io.program}: ${text}\n`);
}

/** Something the user must hear, quiet or not, though the work goes on. */
export function warn(io: CommandIo, text: string): void {
  io.stderr.write(`${io.program}: warning: ${text}\n`);
}

export interface Progress {
  /** `done` counts towards the total; `note` is shown behind the bar. */
  update(done: number, note?: string): void;
  stop(): void;
}

export interface ProgressOptions {
  readonly total: number;
  /** What is counted: `images`, `MB`. */
  readonly unit: string;
}

/** How long work goes on before a bar appears, in milliseconds: short work should leave no trace. */
const patience = 1000;

/** A progress bar; a silent one where standard error is no terminal or `--quiet` was given. */
export async function openProgress(io: CommandIo, options: ProgressOptions): Promise<Progress> {
  if (io.quiet || !io.stderrIsTerminal) return { update() {}, stop() {} };
  const { SingleBar } = (await import('cli-progress')).default;
  const started = performance.now();
  const bar = new SingleBar({
    stream: io.stderr as NodeJS.WriteStream,
    format: `${io.program} {bar} {percentage}% {value}/{total} ${options.unit} {eta_formatted} left {note}`,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 100,
    fps: 8,
    barsize: 24,
  });
  let shown = false;
  let forget = () => {};
  return {
    update(done, note = '') {
      if (!shown && performance.now() - started < patience) return;
      if (!shown) {
        bar.start(options.total, done, { note });
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
