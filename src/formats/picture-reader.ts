/** Picture files as sources of images: one file, or a folder of them with a folder a class. */

import { displayName, OperationalError } from '../core/errors.js';
import type { Annotation } from '../idx/annotation.js';
import { blankValue } from '../image/blank.js';
import type { ByteReader } from '../io/byte-reader.js';
import { readWholeFile } from '../io/whole-file.js';
import { BlockBuilder } from './block-builder.js';
import { mapInOrder } from './concurrent-map.js';
import type { FolderListing } from './folder-listing.js';
import type { Picture } from './picture.js';
import { type PictureOptions, pictureDecoder } from './picture-decoder.js';
import type { ImageBlock, ImageSource } from './source.js';

const pictureLimit = 256 << 20;
/** Pictures being read and decoded at a time; sharp has four threads to do it with. */
const sideBySide = 8;

/** One picture, without a label. */
export async function openPicture(
  reader: ByteReader,
  options: PictureOptions,
): Promise<ImageSource> {
  const decode = pictureDecoder(options);
  const bytes = await reader.read(pictureLimit + 1);
  if (bytes.length > pictureLimit)
    throw new OperationalError(
      reader.source,
      `is larger than ${pictureLimit} bytes; one image was expected`,
    );
  const { rows, columns, pixels } = await decode(bytes, displayName(reader.source));
  const blank = blankValue(pixels);
  return {
    source: reader.source,
    annotation: undefined,
    rows,
    columns,
    labelled: false,
    notes: blank === undefined ? [] : [`is blank once prepared: every pixel is ${blank}`],
    async *blocks() {
      yield { count: 1, pixels, labels: undefined };
    },
  };
}

/** A picture file, wherever it stands. */
export interface EncodedPicture {
  /** Its name in messages. */
  readonly path: string;
  readonly label: number | undefined;
  /** [bytes] of the file. */
  readonly bytes: Buffer;
}

/** The pictures of a folder, in the order of its listing. */
export async function openFolder(
  { folder, files, annotation }: FolderListing,
  options: PictureOptions,
): Promise<ImageSource> {
  const decode = pictureDecoder(options);
  const pictures = mapInOrder(files, sideBySide, async ({ path, label }) => {
    const bytes = await readWholeFile(path);
    return { path, label, picture: await decode(bytes, path) };
  });
  return openDecoded(folder, annotation, pictures);
}

/** Pictures that come as they are read, all labelled or none. */
export function openPictures(
  source: string,
  annotation: Annotation | undefined,
  encoded: AsyncIterable<EncodedPicture>,
  options: PictureOptions,
): Promise<ImageSource> {
  const decode = pictureDecoder(options);
  async function* pictures(): AsyncGenerator<LabelledPicture> {
    for await (const { path, label, bytes } of encoded)
      yield { path, label, picture: await decode(bytes, path) };
  }
  return openDecoded(source, annotation, pictures());
}

async function openDecoded(
  source: string,
  annotation: Annotation | undefined,
  pictures: AsyncGenerator<LabelledPicture>,
): Promise<ImageSource> {
  const first = await pictures.next();
  if (first.done) throw new OperationalError(source, 'holds no images; at least one was expected');
  return new PictureImages(source, annotation, first.value, pictures);
}

interface LabelledPicture {
  readonly path: string;
  readonly label: number | undefined;
  readonly picture: Picture;
}

class PictureImages implements ImageSource {
  readonly rows: number;
  readonly columns: number;
  readonly labelled: boolean;
  /** Pictures that are blank once prepared: the first, and how many. */
  #blank: { readonly path: string; readonly value: number; count: number } | undefined;

  constructor(
    readonly source: string,
    readonly annotation: Annotation | undefined,
    readonly first: LabelledPicture,
    readonly rest: AsyncGenerator<LabelledPicture>,
  ) {
    this.rows = first.picture.rows;
    this.columns = first.picture.columns;
    this.labelled = first.label !== undefined;
  }

  async *blocks(): AsyncGenerator<ImageBlock> {
    const block = new BlockBuilder(this, this.labelled);
    this.#take(this.first, block);
    for await (const next of this.rest) {
      if (block.full) yield block.take();
      this.#take(next, block);
    }
    yield block.take();
  }

  get notes(): string[] {
    if (!this.#blank) return [];
    const { path, value, count } = this.#blank;
    const others = count === 1 ? '' : `, and so are ${count - 1} others`;
    return [`${path} is blank once prepared: every pixel is ${value}${others}`];
  }

  #take({ path, label, picture }: LabelledPicture, block: BlockBuilder): void {
    if ((label !== undefined) !== this.labelled)
      throw new OperationalError(
        path,
        `has ${label === undefined ? 'no' : 'a'} label, unlike ${this.first.path}; all or none were expected`,
      );
    if (picture.rows !== this.rows || picture.columns !== this.columns)
      throw new OperationalError(
        path,
        `${picture.rows} × ${picture.columns} pixels; ${this.rows} × ${this.columns} were expected, as in ${this.first.path} (--size resamples)`,
      );
    const value = blankValue(picture.pixels);
    if (value !== undefined) this.#blank ??= { path, value, count: 0 };
    if (value !== undefined) this.#blank!.count++;
    picture.pixels.copy(block.pixels, block.offset);
    block.labels[block.count++] = label ?? 0;
  }
}
