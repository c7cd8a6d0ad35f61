/** `--source` words → sources, in the order in which they are tried. Each is loaded when its turn comes: most often the cache has it all. */

import { existsSync } from 'node:fs';
import { UsageError } from '../../core/errors.js';
import { fashionName } from '../datasets.js';
import type { Source } from './source.js';

type Environment = Readonly<Record<string, string | undefined>>;

const loaders: Readonly<Record<string, (env: Environment) => Promise<Source>>> = {
  cache: async () => (await import('./cached.js')).cacheSource(),
  debian: async () => (await import('./debian.js')).debianSource(),
  mirror: async (env) => (await import('./mirror.js')).mirrorSource(env),
  published: async () => (await import('./published.js')).publishedSource(),
  apt: async () => (await import('./apt.js')).aptSource(),
};

/** The word that stands for no source but for the generator. */
export const syntheticWord = 'synthetic';

/** The sources that words name, or those of the data set where there are none. Throws a UsageError. */
export function sourcesOf(words: readonly string[], dataset: string, env: Environment): Source[] {
  if (words.length > 0) return words.map((word) => sourceOf(word, env));
  // Only Fashion-MNIST is known to be anywhere.
  const names = dataset === fashionName ? Object.keys(loaders) : ['cache'];
  return names.map((name) => sourceOf(name, env));
}

function sourceOf(word: string, env: Environment): Source {
  const load = Object.hasOwn(loaders, word) ? loaders[word] : undefined;
  if (load) return loadedInTime(word, () => load(env));
  if (word.includes('/') || word === '.' || word === '..' || existsSync(word))
    return loadedInTime(withoutPassword(word), async () =>
      (await import('./mirror.js')).placeSource(word, word),
    );
  const names = [...Object.keys(loaders), syntheticWord].join(', ');
  throw new UsageError(`--source: '${word}' is neither ${names} nor a URL nor a folder`);
}

const withoutPassword = (word: string) => word.replace(/(\/\/[^/@:]*):[^/@]*@/, '$1:***@');

function loadedInTime(name: string, load: () => Promise<Source>): Source {
  let source: Promise<Source> | undefined;
  return {
    name,
    async obtain(file, context) {
      source ??= load();
      return (await source).obtain(file, context);
    },
  };
}
