/** Output plan: format and target, by the options. */

import { UsageError } from '../core/errors.js';
import { pictureFormats } from './picture-encoder.js';

export const outputFormats = ['idx', 'csv', 'ndjson', ...pictureFormats] as const;
export type OutputFormat = (typeof outputFormats)[number];

export interface OutputPlan {
  /** `images` and `labels` are the IDX items alone. */
  readonly format: OutputFormat | 'images' | 'labels';
  /** A folder of class folders, in place of a file; the format is that of the pictures in it. */
  readonly folder: string | undefined;
  /** The file, where it is not standard output. */
  readonly output: string | undefined;
  /** Whether CSV has a header line. */
  readonly header: boolean;
}

export interface OutputWords {
  readonly format: OutputFormat | undefined;
  readonly images: boolean;
  readonly labels: boolean;
  readonly folder: string | undefined;
  readonly output: string | undefined;
  readonly header: boolean;
}

/** Settles what options leave open; a UsageError where they contradict one another. */
export function planOutput(words: OutputWords): OutputPlan {
  const { format, images, labels, folder, output, header } = words;
  if ([format, images, labels].filter(Boolean).length > 1)
    throw new UsageError('--format, --images and --labels exclude one another');
  if (folder !== undefined && (images || labels || output !== undefined))
    throw new UsageError('--to-folder goes with neither --output nor --images nor --labels');
  if (folder !== undefined && format !== undefined && !isPicture(format))
    throw new UsageError(`--to-folder writes png or jpeg, not ${format}`);
  if (!header && format !== 'csv') throw new UsageError('--no-header is for --format csv');
  const whole = format ?? (folder === undefined ? 'idx' : 'png');
  return { format: images ? 'images' : labels ? 'labels' : whole, folder, output, header };
}

const isPicture = (format: string) => (pictureFormats as readonly string[]).includes(format);
