/** Contact sheet of the corruptions of one image. */

import { OperationalError } from '../core/errors.js';
import type { LabelledSet } from '../idx/set-reader.js';
import type { CorruptionName } from '../image/corruptions/catalogue.js';
import { corruptImage } from '../image/corruptions/corrupter.js';
import { mostSevere } from '../image/corruptions/corruption.js';
import { toByte } from './grey-image.js';
import { type SeverityRow, severitySheet } from './severity-sheet.js';
import { firstImages } from './shown-images.js';

/** The first image of a set in every severity of the kinds, as a whole SVG file. */
export async function corruptionSheet(
  set: LabelledSet,
  kinds: readonly CorruptionName[],
  seed: number,
): Promise<string> {
  for await (const { index, image } of firstImages(set, 1, () => true)) {
    const size = { rows: image.rows, columns: image.columns };
    const pixels = Uint8Array.from(image.pixels, toByte);
    const rows: SeverityRow[] = [];
    for (const name of kinds) {
      const images = [];
      for (let severity = 0; severity <= mostSevere; severity++) {
        const made = await corruptImage(name, severity, pixels, size, { seed, index });
        images.push({ ...size, pixels: made });
      }
      rows.push({ name, images });
    }
    return severitySheet({
      title: 'Corruptions',
      subtitle: `one image of ${size.rows} × ${size.columns}, untouched (0) and in severities 1 to ${mostSevere}`,
      rows,
    });
  }
  throw new OperationalError(set.source, 'has no images; one was expected to be drawn');
}
