/** The folder of a run's checkpoints: the last two, of which at least one is sound whatever happens when. */

import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { info, warn } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { OperationalError } from '../core/errors.js';
import { type AtomicSink, named, openAtomic, syncFolder } from '../io/file-sink.js';
import { openInput } from '../io/input.js';
import { type Checkpoint, encodeCheckpoint, readCheckpoint } from './checkpoint-file.js';
import { trainingPosition } from './messages.js';
import { differencesOf, type RunIdentity } from './run-identity.js';
import type { Checkpointer, TrainingSnapshot } from './snapshot.js';

export interface CheckpointOptions {
  readonly folder: string;
  /** How old the last checkpoint may get within an epoch. */
  readonly minutes: number;
  /** Go on from what is there. */
  readonly resume: boolean;
}

/** Checkpoints that are kept: the newest, and the one before in case that one cannot be read. */
const kept = 2;

const fileName = (step: number) => `checkpoint-${String(step).padStart(9, '0')}.idx`;
const isCheckpoint = (name: string) => /^checkpoint-\d+\.idx$/.test(name);
const isTemporary = (name: string) => /^\.checkpoint-\d+\.idx\.tmp$/.test(name);

/** Before the run is known: makes the folder where it is missing, and sees to it that it can be written to and holds what is expected. */
export async function openCheckpoints(
  io: CommandIo,
  options: CheckpointOptions,
): Promise<CheckpointFolder> {
  const { folder, resume } = options;
  const names = await named(folder, async () => {
    await mkdir(folder, { recursive: true }).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
      throw new OperationalError(folder, 'is a file; a folder was expected', { cause: error });
    });
    return readdir(folder);
  });
  const files = oldestFirst(names);
  if (files.length > 0 && !resume)
    throw new OperationalError(
      folder,
      `holds checkpoints of a run, up to ${files.at(-1)}; --resume goes on from there, another folder begins anew`,
    );
  // Left by a process that was killed while it wrote.
  for (const name of names.filter(isTemporary)) await remove(join(folder, name));
  await (await open(folder, fileName(0))).abort();
  return new CheckpointFolder(io, options, files);
}

export class CheckpointFolder implements Checkpointer {
  #run: RunIdentity | undefined;
  /** Names of what is there and counted on, oldest first. */
  #files: readonly string[];
  #lastTime = 0;

  constructor(
    readonly io: CommandIo,
    readonly options: CheckpointOptions,
    files: readonly string[],
  ) {
    this.#files = files;
  }

  /** The newest checkpoint's path. */
  get newest(): string | undefined {
    const name = this.#files.at(-1);
    return name === undefined ? undefined : join(this.options.folder, name);
  }

  /**
   * The moment to go on from: the newest sound one's; undefined where there is none to be resumed.
   * An OperationalError where all are damaged, and where it is of another run, which is described.
   */
  async begin(run: RunIdentity): Promise<TrainingSnapshot | undefined> {
    this.#run = run;
    this.#lastTime = performance.now();
    if (!this.options.resume) return undefined;
    const { folder } = this.options;
    const all = this.#files.length;
    for (let path = this.newest; path !== undefined; path = this.newest) {
      const moment = await this.#read(path, run);
      if (moment) return moment;
      this.#files = this.#files.slice(0, -1);
    }
    if (all > 0)
      throw new OperationalError(
        folder,
        `none of its ${all} checkpoints is sound; an empty folder begins anew`,
      );
    info(this.io, `no checkpoint in ${folder} yet: training from the beginning`);
    return undefined;
  }

  due(): boolean {
    return performance.now() - this.#lastTime >= this.options.minutes * 60_000;
  }

  async keep(moment: TrainingSnapshot): Promise<void> {
    if (!this.#run) throw new Error('the run has not begun');
    const { folder } = this.options;
    const name = fileName(moment.step);
    this.#lastTime = performance.now();
    try {
      await write(folder, name, encodeCheckpoint({ run: this.#run, moment }));
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      const last = this.newest ? `the last checkpoint is ${this.newest}` : 'there is no checkpoint';
      warn(this.io, `${error.message}; training goes on, ${last}`);
      return;
    }
    this.#files = [...this.#files.filter((file) => file !== name), name].slice(-kept);
    // Only now that the new one is safe; with those that proved damaged.
    for (const file of oldestFirst(await readdir(folder).catch(() => [])))
      if (!this.#files.includes(file)) await remove(join(folder, file));
  }

  /** The moment of a sound file of this run; undefined, with a warning, where it is damaged. */
  async #read(path: string, run: RunIdentity): Promise<TrainingSnapshot | undefined> {
    let checkpoint: Checkpoint;
    try {
      const reader = await openInput(this.io, path, { hash: true });
      checkpoint = await readCheckpoint(reader).finally(() => reader.close());
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      const before = this.#files.length > 1 ? '; going back to the one before it' : '';
      warn(this.io, `${error.message}${before}`);
      return undefined;
    }
    const { moment } = checkpoint;
    const begun = moment.epochs.length + (moment.underWay.steps > 0 ? 1 : 0);
    const others = differencesOf(checkpoint.run, run, begun);
    if (others.length > 0)
      throw new OperationalError(
        path,
        `is of another run: ${someOf(others)}; the same run, or another folder, was expected`,
      );
    info(this.io, `going on from ${path}, ${trainingPosition(moment, run.recipe)}`);
    return moment;
  }
}

/** Writes a file whole or not at all: its name stands for the new bytes, through a loss of power too, or for none. */
async function write(folder: string, name: string, pieces: Iterable<Buffer>): Promise<void> {
  const path = join(folder, name);
  const sink = await open(folder, name);
  try {
    for (const piece of pieces) await sink.write(piece);
    await sink.finish();
  } catch (error) {
    await sink.abort();
    throw error;
  }
  await named(path, () => syncFolder(folder));
}

function open(folder: string, name: string): Promise<AtomicSink> {
  const path = join(folder, name);
  return named(path, () => openAtomic(path, path, join(folder, `.${name}.tmp`)));
}

/** What cannot be removed takes room and does no other harm. */
const remove = (path: string) => unlink(path).catch(() => {});

/** Steps have as many digits as they need. */
const oldestFirst = (names: readonly string[]) =>
  names.filter(isCheckpoint).sort((a, b) => stepOf(a) - stepOf(b));

const stepOf = (name: string) => Number(/\d+/.exec(name)?.[0]);

/** The first few of a list of differences. */
const someOf = (all: readonly string[], most = 3) =>
  all.slice(0, most).join(', ') + (all.length > most ? `, and ${all.length - most} more` : '');
