/** Finds one data file: asks source after source, and tells in the end what each of them said. */

import { info, warn } from '../cli/messages.js';
import { OperationalError } from '../core/errors.js';
import type { CachedFile } from './cache.js';
import { type DataFile, fashionName } from './datasets.js';
import type { FetchContext } from './fetch-context.js';
import { SourceError } from './source-error.js';
import type { Source } from './sources/source.js';

/** The file in the cache, from the first source that gives it; an OperationalError names all of them where none does. */
export async function fetchFile(
  file: DataFile,
  sources: readonly Source[],
  context: FetchContext,
): Promise<CachedFile> {
  const failures: { name: string; reason: string }[] = [];
  for (const [i, source] of sources.entries()) {
    try {
      const found = await source.obtain(file, context);
      if (source.name !== 'cache')
        info(context.io, `${file.name}: ${size(found.bytes)} from ${source.name}, ${trust(file)}`);
      return found;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      failures.push({ name: source.name, reason: error.message });
      const next = sources[i + 1];
      if (!next || error.kind === 'absent') continue;
      const said = `${source.name}: ${error.message}; trying ${next.name}`;
      // Damage is not passed over in silence, though another source may make up for it.
      if (error.kind === 'refused') warn(context.io, said);
      else info(context.io, said);
    }
  }
  throw new OperationalError(file.name, nobodyHasIt(file, failures));
}

function size(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const trust = ({ digest }: DataFile) =>
  digest ? 'SHA-256 as published' : 'whole, but with no published SHA-256 to compare';

function nobodyHasIt(
  { dataset }: DataFile,
  failures: readonly { name: string; reason: string }[],
): string {
  const width = Math.max(...failures.map(({ name }) => name.length));
  const lines = failures.map(({ name, reason }) => `  ${name.padEnd(width)}  ${reason}`);
  const advice =
    dataset === fashionName
      ? [
          'Name a folder or URL that has it: --source PLACE, or FMNIST_MIRROR=PLACE.',
          "Without it: 'make demo' runs the whole pipeline on synthetic garments, with no network.",
        ]
      : [`Name a folder or URL that has ${dataset}: --source PLACE.`];
  return ['no source has it', ...lines, ...advice].join('\n');
}
