/** The IDX data sets known by name: their files, their classes and, for Fashion-MNIST, what every byte must hash to. */

import type { ClassList } from '../idx/classes.js';
import { fashionClasses } from './classes.js';

export type SplitName = 'train' | 'test';
export type Kind = 'images' | 'labels';

/**
 * Digest and length of the decompressed bytes of a file. Published .gz files differ in their gzip
 * headers, so those are never hashed.
 */
export interface Digest {
  readonly sha256: string;
  readonly bytes: number;
}

export interface DataFile {
  readonly dataset: string;
  readonly part: SplitName;
  readonly kind: Kind;
  /** The name in the cache, as published, without `.gz`. */
  readonly name: string;
  /** Names it may have elsewhere, the likeliest first; each may end in `.gz`. */
  readonly names: readonly string[];
  /** Absent where this program has no way of knowing. */
  readonly digest?: Digest;
}

export interface Dataset {
  readonly name: string;
  /** Absent for sets this program does not know: their classes are called by their numbers. */
  readonly classes?: ClassList;
  readonly files: Readonly<Record<SplitName, Readonly<Record<Kind, DataFile>>>>;
}

/**
 * Address at which Fashion-MNIST is published (https://github.com/zalandoresearch/fashion-mnist).
 */
export const publishedSite = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/';

export const fashionName = 'fashion-mnist';

const fashionDigests: Readonly<Record<string, Digest>> = {
  'train-images': {
    sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    bytes: 47_040_016,
  },
  'train-labels': {
    sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    bytes: 60_008,
  },
  't10k-images': {
    sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    bytes: 7_840_016,
  },
  't10k-labels': {
    sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    bytes: 10_008,
  },
};

const from = (first: number, names: Iterable<string>): ClassList => {
  const list = [...names];
  return { names: list, labels: list.map((_, i) => first + i) };
};

const digits = '0123456789';
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Class names of known sets; EMNIST's after Cohen et al. 2017 (https://arxiv.org/abs/1702.05373), whose letters count from 1. */
const classTable: Readonly<Record<string, ClassList>> = {
  [fashionName]: from(0, fashionClasses),
  mnist: from(0, digits),
  qmnist: from(0, digits),
  kmnist: from(0, ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo']),
  'emnist-mnist': from(0, digits),
  'emnist-digits': from(0, digits),
  'emnist-letters': from(1, capitals),
  'emnist-balanced': from(0, `${digits}${capitals}abdefghnqrt`),
  'emnist-bymerge': from(0, `${digits}${capitals}abdefghnqrt`),
  'emnist-byclass': from(0, `${digits}${capitals}${capitals.toLowerCase()}`),
};

export const knownDatasets: readonly string[] = Object.keys(classTable);

/** The data set of a name; any name will do, as the files of all such sets are called alike. */
export function datasetOf(name: string): Dataset {
  const file = (part: SplitName, kind: Kind) => fileOf(name, part, kind);
  const files = {
    train: { images: file('train', 'images'), labels: file('train', 'labels') },
    test: { images: file('test', 'images'), labels: file('test', 'labels') },
  };
  const classes = Object.hasOwn(classTable, name) ? classTable[name] : undefined;
  return classes ? { name, classes, files } : { name, files };
}

function fileOf(dataset: string, part: SplitName, kind: Kind): DataFile {
  const stem = `${part === 'train' ? 'train' : 't10k'}-${kind}`;
  const rank = kind === 'images' ? 3 : 1;
  const name = `${stem}-idx${rank}-ubyte`;
  // EMNIST's files are `emnist-letters-test-images-idx3-ubyte`; some unpackers write `train-images.idx3-ubyte`.
  const names = [
    name,
    `${dataset}-${part}-${kind}-idx${rank}-ubyte`,
    `${stem}.idx${rank}-ubyte`,
    `${dataset}-${stem}-idx${rank}-ubyte`,
    // QMNIST's labels are a table of whole numbers.
    ...(kind === 'labels' ? [`${dataset}-${part}-labels-idx2-int`] : []),
  ];
  const digest = dataset === fashionName ? fashionDigests[stem] : undefined;
  const known = { dataset, part, kind, name };
  return digest ? { ...known, names: [name], digest } : { ...known, names };
}
