/** A gallery as a contact sheet. */

import { contactSheet, type SheetTile } from './contact-sheet.js';
import type { Exhibit, Gallery } from './gallery.js';
import { percent } from './numbers.js';
import { right, wrong } from './palette.js';

export interface GallerySheetOptions {
  readonly columns?: number | undefined;
  readonly zoom?: number | undefined;
}

/** The whole SVG file; every image is held in memory. */
export async function gallerySheet(
  gallery: Gallery,
  options: GallerySheetOptions,
): Promise<string> {
  const tiles: SheetTile[] = [];
  for await (const exhibit of gallery.exhibits) tiles.push(tile(exhibit));
  return contactSheet({
    ...options,
    title: gallery.title,
    subtitle: gallery.subtitle,
    description: `${tiles.length} images. ${tiles
      .slice(0, 10)
      .map((t) => t.captions.map((caption) => caption.text).join(' '))
      .join('; ')}${tiles.length > 10 ? '; and so on' : ''}.`,
    tiles,
  });
}

function tile({ index, image, truth, prediction }: Exhibit): SheetTile {
  const first = { text: truth ?? `#${index}` };
  if (!prediction) return { image, captions: [first] };
  const { name, confidence, right: isRight } = prediction;
  const sure = percent(confidence);
  if (isRight) return { image, captions: [first, { text: `✓ ${sure}`, hue: right }] };
  if (isRight === undefined) return { image, captions: [first, { text: `→ ${name} ${sure}` }] };
  return { image, wrong: true, captions: [first, { text: `→ ${name} ${sure}`, hue: wrong }] };
}
