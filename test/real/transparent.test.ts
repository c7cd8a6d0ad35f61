/** Pictures with transparent backgrounds: the service prepares them as the programs do. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { endChildren, eventually, startProgram } from '../support/child.js';
import { shell } from '../support/shell.js';

const test = suite('real: transparent');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-transparent-'));
const count = 500;
const side = 28;

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** Grey PNG whose black, by a colour key, is transparent, or is not. */
function png(pixels: Buffer, transparent: boolean): Buffer {
  const header = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 0, 0, 0, 0]);
  const lines = Buffer.alloc(side * (side + 1));
  for (let row = 0; row < side; row++)
    pixels.copy(lines, row * (side + 1) + 1, row * side, (row + 1) * side);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(transparent ? [chunk('tRNS', Buffer.alloc(2))] : []),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test('500 test images with transparency where they are black', async () => {
  const { HOME = '', XDG_CACHE_HOME = join(HOME, '.cache') } = process.env;
  const run = async (line: string) => {
    const { status, stdout, stderr } = await shell(`set -e\n${line}`, {
      cwd: folder,
      env: { XDG_CACHE_HOME },
    });
    assert.is(status, 0, stderr);
    return stdout.toString();
  };
  await run(`fmnist-fetch train | fmnist-cat --to 12000 | fmnist-train -q --recipe mlp --set epochs=3 -o model.onnx
    fmnist-fetch test | fmnist-cat --bare --to ${count} > test.idx`);
  const bytes = readFileSync(join(folder, 'test.idx'));
  const labels = [...bytes.subarray(8, 8 + count)];
  const images = bytes.subarray(bytes.length - count * side * side);
  const files = Array.from({ length: count }, (_, i) =>
    [true, false].map((transparent) =>
      png(images.subarray(i * side * side, (i + 1) * side * side), transparent),
    ),
  );
  for (const name of ['transparent', 'opaque']) mkdirSync(join(folder, name));
  for (const [i, [transparent, opaque]] of files.entries()) {
    writeFileSync(join(folder, 'transparent', `${String(i).padStart(3, '0')}.png`), transparent!);
    writeFileSync(join(folder, 'opaque', `${String(i).padStart(3, '0')}.png`), opaque!);
  }
  const piped = async (name: string) =>
    (await run(`fmnist-cat -q ${name} | fmnist-predict --top 1 model.onnx -`))
      .split('\n')
      .filter((line) => line.includes('"type":"prediction"'))
      .map((line) => JSON.parse(line).prediction as number);
  const [byPipe, opaque] = [await piped('transparent'), await piped('opaque')];
  const service = startProgram('fmnist-serve', ['--port', '0', 'model.onnx'], folder);
  const address = () => /http:\/\/[\d.]+:\d+/.exec(service.stderr())?.[0];
  assert.ok(await eventually(() => address() !== undefined), service.stderr());
  const byService: number[] = [];
  for (const [transparent] of files) {
    const answer = await fetch(`${address()}/predict`, {
      method: 'POST',
      body: new Uint8Array(transparent!),
    });
    const { predictions } = (await answer.json()) as { predictions: { prediction: number }[] };
    byService.push(predictions[0]!.prediction);
  }
  assert.equal(byService, byPipe);
  assert.equal(byPipe, opaque);
  const right = labels.filter((label, i) => byService[i] === label).length;
  assert.ok(right > 0.75 * count, `${right} of ${count}`);
  process.stdout.write(
    `\nFIGURE: ${count} transparent images: service = pipe = opaque, ${((100 * right) / count).toFixed(1)} %\n`,
  );
});

test.after(() => {
  endChildren();
  rmSync(folder, { recursive: true, force: true });
});
test.run();
