/** A mirror of one's own: $FMNIST_MIRROR, or whatever `--source` names, as a URL or a folder. */

import { fileURLToPath } from 'node:url';
import { SourceError } from '../source-error.js';
import { folderSource } from './folder.js';
import type { Source } from './source.js';
import { webSource } from './web.js';

export function mirrorSource(env: Readonly<Record<string, string | undefined>>): Source {
  const place = env.FMNIST_MIRROR;
  if (place) return placeSource('mirror', place);
  return {
    name: 'mirror',
    obtain: async () => {
      throw new SourceError('absent', '$FMNIST_MIRROR is not set');
    },
  };
}

/** A source at an http:, https: or file: URL, or in a folder. */
export function placeSource(name: string, place: string): Source {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) return folderSource(name, place);
  const url = URL.canParse(place) ? new URL(place) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return webSource(name, url);
  if (url?.protocol === 'file:') return folderSource(name, fileURLToPath(url));
  return {
    name,
    obtain: async () => {
      throw new SourceError('failed', `${place}: is no http:, https: or file: URL`);
    },
  };
}
