/** The image that a `served` record may hold. */

import type { ByteImage } from '../image/corruptions/corruption.js';
import type { AnyRecord } from '../ndjson/records.js';

/** Its pixels as the model saw them; undefined where the log did not keep them. What is damaged is a RangeError. */
export function loggedImage({ image, rows, columns }: AnyRecord): ByteImage | undefined {
  if (image === undefined) return undefined;
  const pixels = Buffer.from(String(image), 'base64');
  const [high, wide] = [Number(rows), Number(columns)];
  if (!(high >= 1) || pixels.length !== high * wide)
    throw new RangeError(
      `the field 'image' of a served record holds ${pixels.length} bytes; ${rows} × ${columns} in base64 were expected`,
    );
  return { rows: high, columns: wide, pixels };
}
