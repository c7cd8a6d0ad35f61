/** Training a recipe with a seed, and judging what came out, through the programs; whatever is done is kept, and not done again. */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from '../../src/core/version.js';
import { openModel } from '../../src/model/model.js';
import { type ModelSpec, shapeNetwork } from '../../src/model/network.js';
import type { EvaluationRecord } from '../../src/ndjson/evaluation-records.js';
import type { EpochRecord } from '../../src/ndjson/records.js';
import { attributed, behindMachines, thisMachine } from './machine.js';
import { pipe, recordsOf } from './pipe.js';
import { type Judgement, modelFile, modelName, type RunKey, type Training } from './run-records.js';
import { type Key, ofType, type Store } from './store.js';
import { fileDigest, recipeDigest } from './variant.js';

/** Files of images. Without any to validate on, the last epoch's weights are kept, and a run is called refitted. */
export interface Data {
  readonly training: string;
  readonly validation?: string;
}

/** Model files that a training begins with. */
export interface Origin {
  readonly teacher?: string | undefined;
  /** Whose weights it goes on from. */
  readonly initial?: string | undefined;
}

/** The runs of recipes on one pair of sets. */
export class Runs {
  readonly #folder: string;
  readonly #digest: string;

  /** What stands in `other` need not be done again, but nothing is written there. */
  constructor(
    readonly store: Store,
    readonly data: Data,
    readonly other?: Store,
  ) {
    this.#folder = dirname(store.file);
    const files = [data.training, ...(data.validation === undefined ? [] : [data.validation])];
    this.#digest = files.map(fileDigest).join(' ');
  }

  /** `taughtBy` is the digest of a teacher's file, or of its recipe where that is trained with the same seed: part of what a run is known by. */
  key(json: unknown, seed: number, taughtBy?: string): RunKey {
    const told = taughtBy === undefined ? json : { ...(json as object), taughtBy };
    return { recipe: recipeDigest(told), seed, version: version(), data: this.#digest };
  }

  /** Of a training that goes on from where another ended, with the next seed. */
  roundKey(json: unknown, last: RunKey): RunKey {
    return this.key({ ...(json as object), from: last.recipe }, last.seed + 1);
  }

  training(key: RunKey): Training | undefined {
    return this.#find('training', key) as Training | undefined;
  }

  judgement(key: RunKey, set: string, options = ''): Judgement | undefined {
    return this.#find('judgement', { ...key, set, options }) as Judgement | undefined;
  }

  /** Takes over a training, with the machine it ran on, whose model was published with it, where it has neither been done here nor begun. It is judged here all the same. */
  adopt(key: RunKey, published: Store): void {
    const model = modelFile(published, key);
    const training = published.find('training', key);
    if (!training || !existsSync(model)) return;
    if (existsSync(this.model(key)) || existsSync(this.#work(key))) return;
    const own = modelFile(this.store, key);
    mkdirSync(dirname(own), { recursive: true });
    copyFileSync(model, own);
    const ran = attributed(published.records).filter(({ record }) => record === training);
    for (const record of [...behindMachines(ran), thisMachine()]) this.store.add(record);
  }

  /** Takes over whatever was published with its model and trained on the same images by the same version, in the order of its records. */
  adoptAll(published: Store): RunKey[] {
    const common = { version: version(), data: this.#digest };
    const keys = ofType<Training>(published.records, 'training')
      .filter((run) => run.version === common.version && run.data === common.data)
      .map(({ recipe, seed }): RunKey => ({ recipe, seed, ...common }));
    const byModel = new Map(keys.map((key) => [modelFile(published, key), key]));
    return [...byModel].flatMap(([model, key]) => {
      if (!existsSync(model)) return [];
      this.adopt(key, published);
      return this.training(key) ? [key] : [];
    });
  }

  /** Trains, where that has not been done; `key` is that of the other two. What the program said where it refused or failed. */
  async train(json: unknown, key: RunKey, origin: Origin = {}): Promise<Training | string> {
    const done = this.training(key);
    return done && existsSync(this.model(key)) ? done : this.#train(json, key, origin);
  }

  /** Judges the model of a training that is done, where that has not been done; undefined, and why on standard error, if it cannot be. */
  async judge(
    key: RunKey,
    set: string,
    file: string,
    options = '',
  ): Promise<Judgement | undefined> {
    const done = this.judgement(key, set, options);
    if (done) return done;
    const env = { MODEL: this.model(key), IMAGES: file };
    const line = `fmnist-cat -q "$IMAGES" | fmnist-eval -q --format ndjson ${options} "$MODEL"`;
    const { status, stdout } = await pipe(line, { env });
    const [found] = recordsOf<EvaluationRecord>(stdout, 'evaluation');
    if (status !== 0 || !found) return undefined;
    const { accuracy, expectedCalibrationError, images } = found;
    const judgement = {
      type: 'judgement' as const,
      ...key,
      set,
      options,
      accuracy: accuracy as number,
      ece: expectedCalibrationError as number,
      images,
    };
    this.store.add(judgement);
    return judgement;
  }

  /**
   * The ensemble of trainings that are done, of one seed or of several, where it has not been made; the validation
   * images, where there are any, tell how good it is. A training of its own in the table, under the first member's seed:
   * its time and epochs are those of all its members, its name is made of theirs unless it has one of its own.
   */
  async join(members: readonly RunKey[], name?: string): Promise<RunKey> {
    const [{ seed }] = members as [RunKey, ...RunKey[]];
    const ensemble = members.map(({ recipe }) => recipe);
    const seeds = new Set(members.map((member) => member.seed));
    // Where each recipe stands once, it is known by them.
    const repeated = new Set(ensemble).size < ensemble.length;
    const made = repeated ? { ensemble, seeds: members.map((m) => m.seed) } : { ensemble };
    const key = this.key(made, seed);
    if (this.training(key) && existsSync(this.model(key))) return key;
    const file = modelFile(this.store, key);
    const files = members.map((member) => `'${this.model(member)}'`).join(' ');
    const { status, stderr } = await pipe(`fmnist-export --ensemble -o "$MODEL" ${files}`, {
      env: { MODEL: file },
    });
    if (status !== 0) throw new Error(`no ensemble: ${complaint(stderr)}`);
    const { validation } = this.data;
    const judged = validation && (await this.judge(key, 'validation', validation));
    if (validation && !judged) throw new Error('no ensemble: it cannot be judged');
    const trainings = members.map((member) => this.training(member)!);
    const names = [...new Set(trainings.map(({ name }) => name))].join(' and ');
    const total = (of: (run: Training) => number) =>
      trainings.reduce((sum, run) => sum + of(run), 0);
    this.store.add({
      type: 'training' as const,
      ...key,
      name: name ?? `ensemble of ${names}${seeds.size > 1 ? `, ${seeds.size} seeds of each` : ''}`,
      ensemble,
      parameters: describeModel(file).parameters,
      epochs: total(({ epochs }) => epochs),
      trainingSeconds: round(total(({ trainingSeconds }) => trainingSeconds)),
      ...(trainings.every(({ seconds }) => seconds !== undefined)
        ? { seconds: round(total(({ seconds }) => seconds!)) }
        : {}),
      ...(judged ? { validationAccuracy: judged.accuracy } : {}),
    });
    return key;
  }

  #find(type: string, key: Key) {
    return this.store.find(type, key) ?? this.other?.find(type, key);
  }

  async #train(
    json: unknown,
    key: RunKey,
    { teacher, initial }: Origin,
  ): Promise<Training | string> {
    const name = String((json as { name?: unknown }).name);
    const { training: images, validation } = this.data;
    const work = this.#work(key);
    const resumed = existsSync(join(work, 'checkpoints'));
    mkdirSync(work, { recursive: true });
    const env = {
      IMAGES: images,
      VALIDATION: validation ?? '',
      RECIPE: join(work, 'recipe.json'),
      LOG: join(work, 'log.ndjson'),
      CHECKPOINTS: join(work, 'checkpoints'),
      MODEL: join(work, 'model.onnx'),
      TEACHER: teacher ?? '',
      INITIAL: initial ?? '',
    };
    writeFileSync(env.RECIPE, JSON.stringify(json));
    const line =
      'fmnist-cat -q "$IMAGES" | fmnist-train --recipe "$RECIPE" ' +
      `\${VALIDATION:+--validation "$VALIDATION"} \${TEACHER:+--teacher "$TEACHER"} ` +
      `\${INITIAL:+--init "$INITIAL"} --seed ${key.seed} ` +
      '--checkpoint "$CHECKPOINTS" --resume --log "$LOG" -o "$MODEL"';
    const { status, seconds, stderr } = await pipe(line, { env });
    if (status !== 0) {
      // What cannot begin leaves nothing to go on from.
      if (!existsSync(env.LOG)) rmSync(work, { recursive: true, force: true });
      return complaint(stderr) || `status ${status}`;
    }
    const logged = recordsOf<EpochRecord>(readFileSync(env.LOG, 'utf8'), 'epoch');
    // A run that goes on says again what was over.
    const epochs = [...new Map(logged.map((epoch) => [epoch.epoch, epoch])).values()];
    const training = {
      type: 'training' as const,
      name: validation === undefined ? `${name}, refitted` : name,
      ...key,
      ...describeModel(env.MODEL),
      epochs: epochs.length,
      ...(resumed ? {} : { seconds: round(seconds) }),
      trainingSeconds: round(epochs.reduce((sum, epoch) => sum + epoch.seconds, 0)),
    };
    const kept = modelFile(this.store, key);
    mkdirSync(dirname(kept), { recursive: true });
    renameSync(env.MODEL, kept);
    this.store.add(training);
    rmSync(work, { recursive: true, force: true });
    return training;
  }

  /** Where the model of a training that is done stands. */
  model(key: RunKey): string {
    const own = modelFile(this.store, key);
    if (existsSync(own) || !this.other) return own;
    return modelFile(this.other, key);
  }

  /** Where a training is under way. */
  #work(key: RunKey): string {
    return join(this.#folder, 'work', modelName(key));
  }
}

function describeModel(file: string): { parameters: number; validationAccuracy?: number } {
  const { info } = openModel(readFileSync(file), file);
  const { rows, columns, classes, spec, training } = info;
  const size = { rows, columns, classes: classes.labels.length };
  const { validationAccuracy } = training as { validationAccuracy?: number };
  return {
    parameters: shapeNetwork(spec as ModelSpec, size).parameterCount,
    ...(validationAccuracy === undefined ? {} : { validationAccuracy }),
  };
}

const round = (seconds: number) => Number(seconds.toFixed(1));

/** The last line of what a program said, without its name, our file's, and the list of what would have been right. */
function complaint(stderr: string): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return last.replace(/^fmnist-\w+: (\S+recipe\.json: )?/, '').replace(/, which has .*/, '');
}
