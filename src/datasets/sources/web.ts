/** A web folder that holds the files, gzipped or not. */

import { dirname } from 'node:path';
import { ConnectError } from '../../io/http.js';
import { openInput } from '../../io/input.js';
import { type CachedFile, cachePath, makeFolder, storeFile } from '../cache.js';
import type { DataFile } from '../datasets.js';
import { download, shownUrl } from '../download.js';
import type { FetchContext } from '../fetch-context.js';
import { PartialFile, removeLeftovers } from '../partial.js';
import { SourceError } from '../source-error.js';
import type { Source } from './source.js';

/** Bytes of a download at most, where the size of the file is not known. */
const mostBytes = 64e9;

/** `base` is the URL of the folder; its query, if it has one, goes with every file's. */
export function webSource(name: string, base: URL): Source {
  let unreachable: SourceError | undefined;
  return {
    name,
    async obtain(file, context) {
      // A host that cannot be connected to is not waited for again.
      if (unreachable) throw unreachable;
      const missing: string[] = [];
      for (const url of file.names.flatMap((n) => [inside(base, `${n}.gz`), inside(base, n)])) {
        try {
          return await obtainFrom(url, file, context);
        } catch (error) {
          if (!(error instanceof SourceError)) throw error;
          if (error.cause instanceof ConnectError) unreachable = error;
          if (error.kind !== 'absent') throw error;
          missing.push(error.message);
        }
      }
      throw new SourceError('absent', missing[0] ?? shownUrl(base));
    },
  };
}

function inside(base: URL, name: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}/${name}`;
  return url;
}

async function obtainFrom(url: URL, file: DataFile, context: FetchContext): Promise<CachedFile> {
  const target = cachePath(context.cache, file);
  await makeFolder(dirname(target));
  for (;;) {
    const partial = await PartialFile.open(target, shownUrl(url));
    let { pieced } = partial;
    try {
      await download(url, partial, mostOf(file), context);
      pieced = partial.pieced;
    } catch (error) {
      const spoilt = error instanceof SourceError && error.kind !== 'failed';
      await (spoilt ? partial.discard() : partial.close());
      throw error;
    }
    try {
      const reader = await openInput(context.io, partial.path, { hash: true, as: shownUrl(url) });
      const stored = await storeFile(context, file, reader);
      await removeLeftovers(target);
      return stored;
    } catch (error) {
      // Pieces of two files, perhaps: one whole download settles it.
      if (!(error instanceof SourceError && pieced)) throw error;
    } finally {
      await partial.discard();
    }
  }
}

/** gzip makes no file longer than this, even one of noise. */
function mostOf({ digest }: DataFile): number {
  return digest ? digest.bytes + Math.ceil(digest.bytes / 1000) + 4096 : mostBytes;
}
