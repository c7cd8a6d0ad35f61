/** Formats by how their files begin: one table, for every message about a file that is none of those expected. */

import { beginsTfrecord } from './crc32c.js';

interface Beginning {
  /** The format, with its article: `a HEIC picture`. */
  readonly name: string;
  readonly begins: string;
  /** Byte at which that stands; 0 unless given. */
  readonly at?: number;
  /** Byte at which four zeros stand too. */
  readonly reserved?: number;
  /** What to do about it. */
  readonly advice?: string;
}

const convert = 'fmnist-cat converts it';
const picture = 'convert it to PNG or JPEG';

/** The first that fits is taken: the longer stand before the shorter. */
const beginnings: readonly Beginning[] = [
  { name: 'a PNG image', begins: '\x89PNG', advice: convert },
  { name: 'a JPEG image', begins: '\xff\xd8\xff', advice: convert },
  { name: 'a GIF image', begins: 'GIF8', advice: convert },
  { name: 'a TIFF image', begins: 'II*\0', advice: convert },
  { name: 'a TIFF image', begins: 'MM\0*', advice: convert },
  { name: 'a WebP image', begins: 'WEBP', at: 8, advice: convert },
  { name: 'an AVIF image', begins: 'ftypavif', at: 4, advice: convert },
  { name: 'an animated AVIF picture', begins: 'ftypavis', at: 4, advice: picture },
  ...['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'].map((brand) => ({
    name: 'a HEIC picture',
    begins: `ftyp${brand}`,
    at: 4,
    advice: picture,
  })),
  { name: 'a video', begins: 'ftyp', at: 4 },
  { name: 'a JPEG 2000 picture', begins: '\0\0\0\x0cjP  ', advice: picture },
  { name: 'a JPEG 2000 picture', begins: '\xff\x4f\xff\x51', advice: picture },
  { name: 'a JPEG XL picture', begins: '\0\0\0\x0cJXL ', advice: picture },
  { name: 'a JPEG XL picture', begins: '\xff\x0a', advice: picture },
  { name: 'an icon (ICO)', begins: '\0\0\x01\0', advice: picture },
  { name: 'a cursor (CUR)', begins: '\0\0\x02\0', advice: picture },
  { name: 'a BMP picture', begins: 'BM', reserved: 6, advice: picture },
  { name: 'a Photoshop picture', begins: '8BPS', advice: picture },
  { name: 'a DICOM picture', begins: 'DICM', at: 128, advice: picture },
  { name: 'a BigTIFF picture', begins: 'II+\0', advice: picture },
  { name: 'a BigTIFF picture', begins: 'MM\0+', advice: picture },
  { name: 'an OpenEXR picture', begins: 'v/1\x01', advice: picture },
  { name: 'a QOI picture', begins: 'qoif', advice: picture },
  { name: 'a netpbm picture', begins: 'P5\n', advice: picture },
  { name: 'a netpbm picture', begins: 'P6\n', advice: picture },
  { name: 'a PDF document', begins: '%PDF' },
  { name: 'an SVG drawing', begins: '<svg', advice: picture },
  { name: 'a NumPy array', begins: '\x93NUMPY', advice: convert },
  { name: 'a zip archive', begins: 'PK\x03\x04' },
  { name: 'an empty zip archive', begins: 'PK\x05\x06' },
  { name: 'a Parquet file', begins: 'PAR1', advice: convert },
  { name: 'an Arrow file', begins: 'ARROW1', advice: 'write it as Parquet' },
  { name: 'an HDF5 file', begins: '\x89HDF\r\n\x1a\n', advice: 'write it as .npz' },
  { name: 'a MATLAB file', begins: 'MATLAB 5.0 MAT-file', advice: convert },
  {
    name: 'a MATLAB 7.3 file',
    begins: 'MATLAB 7.3 MAT-file',
    advice: "save it with '-v7'",
  },
  { name: 'an ARFF file', begins: '@relation', advice: convert },
  { name: 'an ARFF file', begins: '@RELATION', advice: convert },
  { name: 'a tar archive', begins: 'ustar', at: 257, advice: convert },
  { name: 'a Python pickle', begins: '\x80\x02', advice: 'save the arrays with numpy.savez' },
  { name: 'a Python pickle', begins: '\x80\x03', advice: 'save the arrays with numpy.savez' },
  { name: 'a Python pickle', begins: '\x80\x04', advice: 'save the arrays with numpy.savez' },
  { name: 'a Python pickle', begins: '\x80\x05', advice: 'save the arrays with numpy.savez' },
  { name: 'a TensorFlow Lite model', begins: 'TFL3', at: 4, advice: 'convert it to ONNX' },
  { name: 'an SQLite database', begins: 'SQLite format 3' },
  { name: 'gzip', begins: '\x1f\x8b' },
  { name: 'gzip cut short', begins: '\x1f' },
  { name: 'bzip2', begins: 'BZh', advice: 'bzcat undoes it' },
  { name: 'xz', begins: '\xfd7zXZ', advice: 'xzcat undoes it' },
  { name: 'zstd', begins: '\x28\xb5\x2f\xfd', advice: 'zstdcat undoes it' },
  { name: 'a 7-Zip archive', begins: '7z\xbc\xaf\x27\x1c' },
  { name: 'a RAR archive', begins: 'Rar!' },
  { name: 'an ELF program', begins: '\x7fELF' },
  { name: 'HTML', begins: '<!DOCTYPE html' },
  { name: 'HTML', begins: '<!doctype html' },
  { name: 'HTML', begins: '<html' },
  { name: 'XML', begins: '<?xml' },
  { name: 'JSON', begins: '{' },
  {
    name: 'a Git LFS pointer',
    begins: 'version https://git-lfs',
    advice: 'git lfs pull fetches the file',
  },
  { name: 'CSV', begins: 'label,', advice: convert },
];

/** Bytes of a beginning that are looked at. */
export const beginningBytes = 264;

/** The format that bytes begin as, with advice behind it where there is any: `a HEIC picture; convert it to PNG or JPEG`. */
export function nameOfBeginning(bytes: Uint8Array): string | undefined {
  const found = beginningOf(bytes);
  return found && (found.advice ? `${found.name}; ${found.advice}` : found.name);
}

/** The format alone. */
export const formatOfBeginning = (bytes: Uint8Array): string | undefined =>
  beginningOf(bytes)?.name;

function beginningOf(bytes: Uint8Array): Beginning | undefined {
  const head = Buffer.from(bytes.subarray(0, beginningBytes)).toString('latin1');
  if (beginsTfrecord(bytes)) return { name: 'a TFRecord file', begins: '', advice: convert };
  return beginnings.find(
    ({ begins, at = 0, reserved }) =>
      head.startsWith(begins, at) &&
      (reserved === undefined || head.startsWith('\0\0\0\0', reserved)),
  );
}

/** Formats of whole data sets that are read, by their names in the table. */
const formatNames = {
  'a NumPy array': 'npy',
  'a zip archive': 'npz',
  'a Parquet file': 'parquet',
  'an ARFF file': 'arff',
  'a tar archive': 'tar',
  'a MATLAB file': 'mat',
} as const;

export const dataFormats = ['npy', 'npz', 'parquet', 'arff', 'tar', 'tfrecord', 'mat'] as const;
export type DataFormat = (typeof dataFormats)[number];

/** The format of a data set that bytes begin as; undefined for any that is not read. */
export function dataFormatOf(bytes: Uint8Array): DataFormat | undefined {
  if (beginsTfrecord(bytes)) return 'tfrecord';
  const name = beginningOf(bytes)?.name ?? '';
  if (name in formatNames) return formatNames[name as keyof typeof formatNames];
  return isArff(bytes) ? 'arff' : undefined;
}

/** ARFF may begin with comments. */
function isArff(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.subarray(0, beginningBytes)).toString('latin1');
  return /^\s*(%[^\n]*\n\s*)*@relation\b/i.test(text);
}

const readable = ['a PNG', 'a JPEG', 'a GIF', 'a TIFF', 'a WebP', 'an AVIF'];

/** True if bytes begin as a picture file that is read. */
export function looksLikePicture(bytes: Uint8Array): boolean {
  const name = beginningOf(bytes)?.name;
  return readable.some((format) => name === `${format} image`);
}

/** Name of a picture format that is not read, with advice; undefined for anything else. */
export function unreadPicture(bytes: Uint8Array): string | undefined {
  const found = beginningOf(bytes);
  return found?.advice === picture ? `${found.name}, which is not read; ${picture}` : undefined;
}
