/** Data sets in the formats of NumPy, Hugging Face, WebDataset, TensorFlow, OpenML and MATLAB, as their own tools write them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openArff } from '../../../src/formats/arff-reader.js';
import { detectFormat, type InputFormat } from '../../../src/formats/detect.js';
import { openMat } from '../../../src/formats/mat-reader.js';
import { decodeNpy, half } from '../../../src/formats/npy.js';
import { openNpy, openNpz } from '../../../src/formats/npz-reader.js';
import { rowMajor } from '../../../src/formats/numeric-array.js';
import { openParquet } from '../../../src/formats/parquet-reader.js';
import type { ImageSource } from '../../../src/formats/source.js';
import { chooseSplit, findSplits } from '../../../src/formats/splits.js';
import { openTar } from '../../../src/formats/tar-reader.js';
import { openTfrecord } from '../../../src/formats/tfrecord-reader.js';
import { ByteReader } from '../../../src/io/byte-reader.js';
import { crc32c, maskedCrc32c } from '../../../src/io/crc32c.js';
import { ProtobufWriter } from '../../../src/onnx/protobuf.js';
import { encodeGreyPng } from '../../../src/picture/png.js';
import { paths } from '../../support/paths.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('formats: data sets');
const folder = join(paths.root, 'test/references/formats');
const reference = (name: string) => readFileSync(join(folder, name));
const plain = { size: { rows: 6, columns: 5 }, background: 0 };
const allLabels = [3, 1, 4, 1, 5, 9];
const image = (i: number) => Array.from({ length: 30 }, (_, j) => (31 * i + j) % 256);

function reader(bytes: Uint8Array, name = 'x'): ByteReader {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
  }
  return new ByteReader(name, chunks());
}

async function everything(source: ImageSource) {
  const pixels: number[] = [];
  const labels: number[] = [];
  for await (const block of source.blocks()) {
    pixels.push(...block.pixels);
    labels.push(...(block.labels ?? []));
  }
  return { rows: source.rows, columns: source.columns, pixels, labels };
}

const expected = (from: number, to: number, labelled = true) => ({
  rows: 6,
  columns: 5,
  pixels: Array.from({ length: to - from }, (_, i) => image(from + i)).flat(),
  labels: labelled ? allLabels.slice(from, to) : [],
});

const split = (name: string) => ({ ...plain, split: name });

test('.npz of Keras and of MedMNIST, by split', async () => {
  for (const [file, name, from, to] of [
    ['keras.npz', 'train', 0, 4],
    ['keras.npz', 'test', 4, 6],
    ['medmnist.npz', 'train', 0, 4],
    ['medmnist.npz', 'val', 4, 6],
  ] as const)
    assert.equal(
      await everything(await openNpz(reader(reference(file)), split(name))),
      expected(from, to),
      `${file} ${name}`,
    );
  assert.throws(
    () => chooseSplit(['x_train', 'x_test'], undefined, 'x'),
    /x has the splits train, test; --split says which/,
  );
  assert.match(
    await troubleOf(() => openNpz(reader(reference('keras.npz')), split('val'))),
    "x: has no split 'val'; one of train, test was expected",
  );
  assert.match(
    await troubleOf(() => openNpz(reader(reference('keras.npz').subarray(0, 400)), plain)),
    /^x: is no sound zip archive/,
  );
});

test('.npy: Fortran order, big-endian doubles, shares of 1', async () => {
  for (const file of ['fortran.npy', 'big-endian.npy', 'shares.npy'])
    assert.equal(
      await everything(await openNpy(reader(reference(file)), plain)),
      expected(0, 6, false),
      file,
    );
});

test('Parquet of Hugging Face, by two codecs, with the names of the classes', async () => {
  for (const file of ['snappy.parquet', 'zstd.parquet']) {
    const source = await openParquet(reader(reference(file)), { background: 0 });
    assert.equal(await everything(source), expected(0, 6), file);
    assert.equal((source.annotation!.classes as string[])[9], 'nine');
  }
  assert.match(
    await troubleOf(() => openParquet(reader(Buffer.from('PAR1 and no more')), { background: 0 })),
    /^x: is no sound Parquet file/,
  );
});

test('MATLAB: structures, compressed and not; labels of n × 1', async () => {
  assert.equal(
    await everything(await openMat(reader(reference('emnist.mat')), split('train'))),
    expected(0, 4),
  );
  assert.equal(
    await everything(await openMat(reader(reference('emnist.mat')), split('test'))),
    expected(4, 6),
  );
  assert.equal(
    await everything(await openMat(reader(reference('plain.mat')), plain)),
    expected(0, 6),
  );
  const cut = reference('plain.mat').subarray(0, 300);
  assert.match(
    await troubleOf(() => openMat(reader(cut), plain)),
    /^x: is damaged \(an element reaches past/,
  );
});

test('WebDataset', async () => {
  const source = await openTar(reader(reference('web.tar')), { background: 0 });
  assert.equal(await everything(source), expected(0, 6));
  const cut = reference('web.tar').subarray(0, 700);
  assert.match(await troubleOf(() => openTar(reader(cut), { background: 0 })), /^x/);
});

/** A TFRecord of examples, each with a picture and a label. */
function records(pictures: readonly Uint8Array[], labels: readonly number[]): Buffer {
  const feature = (name: string, field: number, value: ProtobufWriter) =>
    new ProtobufWriter().bytes(1, name).bytes(2, new ProtobufWriter().bytes(field, value));
  return Buffer.concat(
    pictures.map((picture, i) => {
      const features = new ProtobufWriter()
        .bytes(1, feature('image', 1, new ProtobufWriter().bytes(1, picture)))
        .bytes(1, feature('label', 3, new ProtobufWriter().integer(1, labels[i]!)));
      const data = new ProtobufWriter().bytes(1, features).finish();
      const frame = Buffer.alloc(16);
      frame.writeBigUInt64LE(BigInt(data.length));
      frame.writeUInt32LE(maskedCrc32c(frame.subarray(0, 8)), 8);
      frame.writeUInt32LE(maskedCrc32c(data), 12);
      return Buffer.concat([frame.subarray(0, 12), data, frame.subarray(12)]);
    }),
  );
}

test('TFRecord: checked by its checksums, pictures or raw pixels', async () => {
  const png = (i: number) => encodeGreyPng({ rows: 6, columns: 5, pixels: Buffer.from(image(i)) });
  const bytes = records([0, 1].map(png), [3, 1]);
  assert.equal(
    await everything(await openTfrecord(reader(bytes), { background: 0 })),
    expected(0, 2),
  );
  const raw = records([Buffer.from([1, 2, 3, 4])], [7]);
  assert.equal(await everything(await openTfrecord(reader(raw), { background: 0 })), {
    ...{ rows: 2, columns: 2 },
    pixels: [1, 2, 3, 4],
    labels: [7],
  });
  for (const at of [0, 9, 20, bytes.length - 1]) {
    const damaged = Buffer.from(bytes);
    damaged[at] = damaged[at]! ^ 1;
    const read = async () => everything(await openTfrecord(reader(damaged), { background: 0 }));
    assert.match(await troubleOf(read), /^x: record \d: (has a length|is damaged)/, `byte ${at}`);
  }
});

test('CRC-32C: the check value, and those of RFC 3720, B.4', () => {
  assert.is(crc32c(Buffer.from('123456789')), 0xe3069283);
  assert.is(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  assert.is(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
  assert.is(crc32c(Buffer.from(Array.from({ length: 32 }, (_, i) => i))), 0x46dd794e);
});

test('ARFF: keywords of any case, comments, quotes; faults by line', async () => {
  const head =
    "% made by hand\n@RELATION x\n\n@attribute pixel1 integer\n@Attribute 'pixel2' REAL\n@attribute pixel3 numeric\n@attribute pixel4 numeric\n@attribute class {0,1,2}\n@data\n";
  const open = (rows: string) => openArff(reader(Buffer.from(head + rows)), { background: 0 });
  assert.equal(await everything(await open('1,2,3,4,2\n% a comment\n5,6,7,8,0\n')), {
    ...{ rows: 2, columns: 2 },
    pixels: [1, 2, 3, 4, 5, 6, 7, 8],
    labels: [2, 0],
  });
  for (const [rows, words] of [
    [
      '1,2,3,4,2\n{0 1, 4 2}\n',
      'x: line 11: is a sparse row ({index value, …}); a value an attribute was expected',
    ],
    ['1,2,?,4,2\n', "x: line 10: has a missing value ('?'); a number an attribute was expected"],
    ['1,2,3,4,2\n1,2,3,444,2\n', /^x: line 11, column 4 \(pixel4\)/],
  ] as const)
    assert.match(await troubleOf(async () => everything(await open(rows))), words);
  const texts = Buffer.from('@relation x\n@attribute name string\n@data\na\n');
  assert.match(
    await troubleOf(() => openArff(reader(texts), plain)),
    "x: line 2: declares 'name' as string",
  );
});

test('arrays: row by row from column by column, and every type', () => {
  assert.equal(rowMajor([1, 2, 3, 4, 5, 6], [2, 3]), [1, 3, 5, 2, 4, 6]);
  assert.equal(rowMajor([0, 1, 2, 3, 4, 5, 6, 7], [2, 2, 2]), [0, 4, 2, 6, 1, 5, 3, 7]);
  assert.equal([0x3c00, 0xc000, 0x7bff, 1, 0].map(half), [1, -2, 65504, 2 ** -24, 0]);
  const npy = (descr: string, shape: string, data: Buffer, order = 'False') => {
    const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
    const head = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
    head.writeUInt16LE(header.length, 8);
    return Buffer.concat([head, Buffer.from(header), data]);
  };
  const writers = {
    '<i2': (b: Buffer, v: number, i: number) => b.writeInt16LE(v, 2 * i),
    '>u4': (b: Buffer, v: number, i: number) => b.writeUInt32BE(v, 4 * i),
    '<i8': (b: Buffer, v: number, i: number) => b.writeBigInt64LE(BigInt(v), 8 * i),
    '<f4': (b: Buffer, v: number, i: number) => b.writeFloatLE(v, 4 * i),
    '>f8': (b: Buffer, v: number, i: number) => b.writeDoubleBE(v, 8 * i),
  };
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 20 }), (values) => {
      for (const [descr, write] of Object.entries(writers)) {
        const data = Buffer.alloc(Number(descr.slice(2)) * values.length);
        for (const [i, value] of values.entries()) write(data, value, i);
        const { shape, values: got } = decodeNpy(npy(descr, `(${values.length},)`, data), 'x');
        assert.equal([[...shape], Array.from(got)], [[values.length], values], descr);
      }
    }),
  );
  for (const [bytes, words] of [
    [npy('|O', '(1,)', Buffer.alloc(8)), /'\|O'.*Python objects are not read/],
    [
      npy('<i2', '(3,)', Buffer.alloc(4)),
      /cut short: 6 bytes of values were expected, 4 are there/,
    ],
    [Buffer.from('\x93NUMPY\x07\0', 'latin1'), /\.npy of version 7/],
  ] as const) {
    try {
      decodeNpy(bytes, 'x');
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, words);
    }
  }
});

test('values that are no pixels, and shapes that are no images, are refused by place', async () => {
  const array = async (descr: string, shape: string, data: Buffer) => {
    const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`;
    const head = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
    head.writeUInt16LE(header.length, 8);
    return everything(
      await openNpy(reader(Buffer.concat([head, Buffer.from(header), data])), { background: 0 }),
    );
  };
  const floats = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer);
  assert.equal(
    (await array('<f4', '(1, 2, 2)', floats(0, 0.5, 1, 0.25))).pixels,
    [0, 128, 255, 64],
  );
  assert.equal((await array('<f4', '(1, 2, 2)', floats(0, 1, 255, 7))).pixels, [0, 1, 255, 7]);
  assert.equal((await array('<f4', '(1, 2, 2)', floats(0, 1, 1, 0))).pixels, [0, 1, 1, 0]);
  for (const [shape, data, words] of [
    [
      '(1, 2, 2)',
      floats(0, 1.5, 2, 3),
      /the value at \[0, 0, 1\] is 1\.5; whole numbers from 0 to 255/,
    ],
    ['(1, 2, 2)', floats(0, 1, -3, 3), /the value at \[0, 1, 0\] is -3/],
    ['(1, 2, 2)', floats(0, 1, Number.NaN, 3), /the value at \[0, 1, 0\] is NaN/],
    ['(2, 2)', floats(0, 1, 2, 3), /an array of 2 × 2 values/],
    ['(1, 2, 1, 2)', floats(0, 1, 2, 3), /an array of 1 × 2 × 1 × 2 values/],
  ] as const)
    assert.match(await troubleOf(() => array('<f4', shape, data)), words);
});

test('splits by name', () => {
  const names = (list: string[]) =>
    findSplits(list).map(({ split: of, images, labels }) => [of, images, labels]);
  assert.equal(names(['x_train', 'y_train', 'x_test', 'y_test']), [
    ['train', 'x_train', 'y_train'],
    ['test', 'x_test', 'y_test'],
  ]);
  assert.equal(names(['train_images', 'train_labels', 'val_images']), [
    ['train', 'train_images', 'train_labels'],
    ['val', 'val_images', undefined],
  ]);
  assert.equal(names(['arr_0', 'arr_1']), [['', 'arr_0', 'arr_1']]);
  assert.equal(names(['train.images', 'train.labels', 'mapping']), [
    ['train', 'train.images', 'train.labels'],
  ]);
  assert.equal(names(['weights']), []);
});

test('each is told by how it begins', async () => {
  const formats: [string, Buffer, InputFormat][] = [
    ...(['keras.npz', 'fortran.npy', 'snappy.parquet', 'web.tar', 'emnist.mat'] as const).map(
      (name): [string, Buffer, InputFormat] => [
        name,
        reference(name),
        name.split('.')[1] as InputFormat,
      ],
    ),
    ['tfrecord', records([Buffer.from([1])], [1]), 'tfrecord'],
    ['arff', Buffer.from('% c\n@relation x\n'), 'arff'],
    ['csv', Buffer.from('BMI,pixel1\n1,2\n'), 'csv'],
    ['ndjson', Buffer.from('{"type":"image"}\n'), 'ndjson'],
  ];
  for (const [name, bytes, format] of formats)
    assert.is(await detectFormat(reader(bytes)), format, name);
  for (const [bytes, words] of [
    [
      Buffer.from('MATLAB 7.3 MAT-file, Platform'),
      "x: is a MATLAB 7.3 file; save it with '-v7'; a set",
    ],
    [Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), 'x: is an HDF5 file; write it as .npz; a set'],
    [Buffer.from('\x80\x04\x95', 'latin1'), 'x: is a Python pickle;'],
    [deflateSync('x'), /^x: begins with 78 9c/],
    [gzipSync('x'), 'x: is gzip;'],
  ] as const)
    assert.match(await troubleOf(() => detectFormat(reader(bytes))), words);
});

test.run();
