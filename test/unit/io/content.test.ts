import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ByteReader } from '../../../src/io/byte-reader.js';
import { contentKind } from '../../../src/io/content.js';

const test = suite('io/content');

test('streams, records and models are told apart, and nothing is taken', async () => {
  const kinds: [number[] | string, string][] = [
    [[0, 0, 8, 1], 'idx'],
    ['{"type":"run"}', 'ndjson'],
    ['\n  {"type":"run"}', 'ndjson'],
    [[8, 9, 18, 4], 'onnx'],
    ['', 'empty'],
    ['label,pixel1', 'unknown'],
    [[0x89, 0x50], 'unknown'],
  ];
  for (const [content, kind] of kinds) {
    const bytes = Buffer.from(content as string);
    const reader = new ByteReader(
      'x',
      (async function* () {
        yield bytes;
      })(),
    );
    assert.is(await contentKind(reader), kind);
    assert.equal(await reader.read(100), bytes);
  }
});

test.run();
