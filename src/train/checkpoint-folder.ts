/** Folder of a run's checkpoints: the last two, of which at least one is sound, whenever the process or the machine stops. */

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

/** Options of checkpointing. */
export interface CheckpointOptions {
  readonly folder: string;
  /** Greatest age of the last checkpoint within an epoch. */
  readonly minutes: number;
  /** True to go on from the newest checkpoint. */
  readonly resume: boolean;
}

/** Checkpoints that are kept: the newest, and the one before it, for a newest that cannot be read. */
const kept = 2;

const fileName = (step: number) => `checkpoint-${String(step).padStart(9, '0')}.idx`;
const isCheckpoint = (name: string) => /^checkpoint-\d+\.idx$/.test(name);
const isTemporary = (name: string) => /^\.checkpoint-\d+\.idx\.tmp$/.test(name);

/**
 * Opens the folder before the run is known: makes it where it is missing, and checks that it can be written to.
 * Throws OperationalError where it cannot, or where it holds checkpoints and `resume` is not set.
 */
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

/** Checkpoints of one run in a folder. */
export class CheckpointFolder implements Checkpointer {
  #run: RunIdentity | undefined;
  /** Names of the checkpoints that count, oldest first. */
  #files: readonly string[];
  #lastTime = 0;

  constructor(
    readonly io: CommandIo,
    readonly options: CheckpointOptions,
    files: readonly string[],
  ) {
    this.#files = files;
  }

  /** Path of the newest checkpoint. */
  get newest(): string | undefined {
    const name = this.#files.at(-1);
    return name === undefined ? undefined : join(this.options.folder, name);
  }

  /**
   * Snapshot to resume from: that of the newest sound checkpoint; undefined where there is none.
   * Throws OperationalError where all are damaged, or where it is of another run; the message names the differences.
   */
  async begin(run: RunIdentity): Promise<TrainingSnapshot | undefined> {
    this.#run = run;
    this.#lastTime = performance.now();
    if (!this.options.resume) return undefined;
    const { folder } = this.options;
    const all = this.#files.length;
    for (let path = this.newest; path !== undefined; path = this.newest) {
      const snapshot = await this.#read(path, run);
      if (snapshot) return snapshot;
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

  async save(snapshot: TrainingSnapshot): Promise<void> {
    if (!this.#run) throw new Error('the run has not begun');
    const { folder } = this.options;
    const name = fileName(snapshot.step);
    this.#lastTime = performance.now();
    try {
      await write(folder, name, encodeCheckpoint({ run: this.#run, snapshot }));
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      const last = this.newest ? `the last checkpoint is ${this.newest}` : 'there is no checkpoint';
      warn(this.io, `${error.message}; training goes on, ${last}`);
      return;
    }
    this.#files = [...this.#files.filter((file) => file !== name), name].slice(-kept);
    // Old and damaged ones go only now that the new one is safe.
    for (const file of oldestFirst(await readdir(folder).catch(() => [])))
      if (!this.#files.includes(file)) await remove(join(folder, file));
  }

  /** Snapshot of a sound file of this run; undefined, with a warning, where it is damaged. */
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
    const { snapshot } = checkpoint;
    const begun = snapshot.epochs.length + (snapshot.underWay.steps > 0 ? 1 : 0);
    const others = differencesOf(checkpoint.run, run, begun);
    if (others.length > 0)
      throw new OperationalError(
        path,
        `is of another run: ${someOf(others)}; the same run, or another folder, was expected`,
      );
    info(this.io, `going on from ${path}, ${trainingPosition(snapshot, run.recipe)}`);
    return snapshot;
  }
}

/** Writes a file whole or not at all, through a loss of power too. */
async function write(folder: string, name: string, chunks: Iterable<Buffer>): Promise<void> {
  const path = join(folder, name);
  const sink = await open(folder, name);
  try {
    for (const chunk of chunks) await sink.write(chunk);
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

/** Removes a file, if it can be; one that stays takes room and does no other harm. */
const remove = (path: string) => unlink(path).catch(() => {});

/** Sorts by step as a number: large steps have more digits than the padding. */
const oldestFirst = (names: readonly string[]) =>
  names.filter(isCheckpoint).sort((a, b) => stepOf(a) - stepOf(b));

const stepOf = (name: string) => Number(/\d+/.exec(name)?.[0]);

/** Joins the first few of a list of differences. */
const someOf = (all: readonly string[], most = 3) =>
  all.slice(0, most).join(', ') + (all.length > most ? `, and ${all.length - most} more` : '');
