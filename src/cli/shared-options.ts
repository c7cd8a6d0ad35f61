/** Options that several programs take, declared once so that they are spelled and explained alike everywhere. */

/** Taken by every program; `run.ts` acts on `help` and `version` before `main` is called. */
export const commonOptions = {
  help: { type: 'flag', alias: 'h', describe: 'show this help and exit' },
  version: { type: 'flag', alias: 'V', describe: 'show the version and exit' },
  quiet: { type: 'flag', alias: 'q', describe: 'no progress bar and no remarks on standard error' },
} as const;

export const outputOption = {
  type: 'file',
  alias: 'o',
  placeholder: 'FILE',
  describe: 'write to FILE, whole or not at all, instead of standard output',
} as const;

export const seedOption = {
  type: 'integer',
  min: 0,
  max: 0xffffffff,
  default: 0,
  placeholder: 'N',
  describe: 'seed of every random choice',
} as const;

export const ttaOption = {
  type: 'choice',
  choices: ['flip', 'flip+translate'],
  describe: 'test-time augmentation: the mean over mirrored, and moved, views of each image',
} as const;

/** Options of programs that run a model; training has engines and threads of its own. */
export const modelOptions = {
  batch: {
    type: 'integer',
    min: 1,
    max: 65536,
    default: 256,
    placeholder: 'N',
    describe: 'images the model sees at a time',
  },
  threads: {
    type: 'integer',
    min: 1,
    max: 1024,
    placeholder: 'N',
    describe: 'processor cores to use; all there are by default',
  },
  engine: {
    type: 'choice',
    choices: ['onnxruntime', 'tensorflow'],
    default: 'onnxruntime',
    describe: 'what runs the model',
  },
} as const;

/** Description of `--format` for reports that have pictures. */
export const reportFormatText =
  "what to write; by default what the output file's name says, text on a terminal, else ndjson";

export const bareOption = {
  type: 'flag',
  describe: 'leave the annotation out of the output, for foreign readers',
} as const;
