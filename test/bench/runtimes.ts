/**
 * Model files in other runtimes: whether each takes them as they are, how far its probabilities are from those of this
 * suite, and how fast it is. Writes docs/runtimes.md.
 * usage: node dist/test/bench/runtimes.js TOOLS IMAGES NAME=MODEL ...
 *   TOOLS   folder with venv/bin/python and node_modules/onnxruntime-web (`make runtimes` makes it)
 *   IMAGES  raw bytes of images of 28 × 28 pixels
 */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { openOnnxPredictor } from '../../src/engine/onnxruntime/predictor.js';
import { openModelFile } from '../../src/model/model.js';
import { indexOfLargest } from '../../src/ndjson/prediction-lines.js';
import { chromiumPath, hasChromium } from '../support/chromium.js';
import { paths } from '../support/paths.js';

const [tools = '', images = '', ...named] = process.argv.slice(2);
const [rows, columns, batch] = [28, 28, 50];
const pixels = readFileSync(images);
const count = pixels.length / (rows * columns);

interface Run {
  readonly version: string;
  readonly seconds: number;
  /** [images, classes], flat. */
  readonly probabilities: readonly number[];
}

interface Row {
  readonly runtime: string;
  readonly model: string;
  readonly run: Run | string;
}

const ours = async (path: string): Promise<Run> => {
  const predictor = await openOnnxPredictor(await openModelFile(path), 1);
  const probabilities: number[] = [];
  let seconds = 0;
  for (let start = 0; start < count; start += batch) {
    const some = Math.min(batch, count - start);
    const part = pixels.subarray(start * rows * columns, (start + some) * rows * columns);
    const begun = performance.now();
    const found = await predictor.predict(part, some);
    seconds += (performance.now() - begun) / 1000;
    probabilities.push(...found.probabilities);
  }
  await predictor.close();
  return { version: '', seconds, probabilities };
};

const pythons: readonly (readonly [name: string, word: string])[] = [
  ['ONNX Runtime, Python', 'onnxruntime'],
  ['OpenVINO, its default precision', 'openvino'],
  ['OpenVINO, float32', 'openvino_f32'],
  ['OpenCV dnn', 'opencv'],
  ['tract', 'tract'],
  ['MNN, by its converter', 'mnn'],
  ['ncnn, by pnnx, without its cast of bytes', 'ncnn'],
];

/** Command lines of the runtimes reached by other languages; each takes a model, the images and four sizes. */
const others: readonly (readonly [name: string, command: readonly string[]])[] = [
  ['candle', [join(tools, 'candle/release/run')]],
  [
    'ONNX Runtime, Java',
    [
      ...['java', '-cp', join(tools, 'onnxruntime.jar')],
      join(paths.root, 'test/bench/runtimes/java/Run.java'),
    ],
  ],
  [
    'ONNX Runtime, Go',
    [
      join(tools, 'go/run'),
      join(
        paths.root,
        'node_modules/onnxruntime-node/bin/napi-v6',
        `${process.platform}/${process.arch}/libonnxruntime.so.1`,
      ),
    ],
  ],
];

function inPython(word: string, path: string): Run | string {
  const script = join(paths.root, 'test/bench/runtimes/run.py');
  return inProgram([join(tools, 'venv/bin/python'), script, word], path);
}

function inProgram([program = '', ...words]: readonly string[], path: string): Run | string {
  const sizes = [count, rows, columns, batch].map(String);
  const { status, stdout, stderr, error } = spawnSync(
    program,
    [...words, path, images, ...sizes],
    // candle has one thread by this; the others are told by their own options.
    {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: { ...process.env, RAYON_NUM_THREADS: '1', RUST_BACKTRACE: '0' },
    },
  );
  if (error) return `not here (${(error as NodeJS.ErrnoException).code})`;
  const line = stdout?.trimEnd().split('\n').at(-1) ?? '';
  if (status === 0 && line.startsWith('{')) return JSON.parse(line) as Run;
  return lastLine(stderr) ?? 'failed without a word';
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)?.slice(0, 160);

/** ONNX Runtime Web in headless Chromium. */
async function inBrowser(models: readonly (readonly [string, string])[]): Promise<Row[]> {
  if (!hasChromium) return [{ runtime: 'ONNX Runtime Web', model: '', run: 'no Chromium here' }];
  const web = join(tools, 'node_modules/onnxruntime-web');
  const { version } = JSON.parse(readFileSync(join(web, 'package.json'), 'utf8')) as {
    version: string;
  };
  const files = new Map<string, string>([
    ['/', join(paths.root, 'test/bench/runtimes/page.html')],
    ['/images', images],
    ...models.map(([name, path]) => [`/model/${encodeURIComponent(name)}`, path] as const),
  ]);
  const types = {
    html: 'text/html',
    js: 'text/javascript',
    mjs: 'text/javascript',
    wasm: 'application/wasm',
  };
  const server = createServer(({ url = '/' }, response) => {
    const path = files.get(url) ?? join(web, 'dist', url.slice(1).replaceAll('..', ''));
    const kind = types[path.split('.').at(-1) as keyof typeof types] ?? 'application/octet-stream';
    try {
      response.setHeader('content-type', kind).end(readFileSync(path));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      '--enable-features=Vulkan',
    ],
  });
  const found: Row[] = [];
  for (const provider of ['wasm', 'webgpu'])
    for (const [name] of models) {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      const call = `runModel('${provider}', '/model/${encodeURIComponent(name)}', '/images', ${count}, ${rows}, ${columns}, ${batch})`;
      const run = await page
        .evaluate(call)
        .then((result) => ({ version, ...(result as Omit<Run, 'version'>) }))
        .catch((error: Error) => lastLine(error.message) ?? 'failed');
      const device = provider === 'wasm' ? 'WASM' : 'WebGPU, by software (SwiftShader)';
      found.push({ runtime: `ONNX Runtime Web, ${device}`, model: name, run });
      await page.close();
    }
  await browser.close();
  server.close();
  return found;
}

const models = named.map((word) => {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)] as const;
});
const reference = new Map<string, Run>();
for (const [name, path] of models) reference.set(name, await ours(path));
const table: Row[] = [];
for (const [runtime, word] of pythons)
  for (const [model, path] of models) table.push({ runtime, model, run: inPython(word, path) });
for (const [runtime, command] of others)
  for (const [model, path] of models) table.push({ runtime, model, run: inProgram(command, path) });
table.push(...(await inBrowser(models)));

/** Differences from this suite's predictions. */
function compare({ model, run }: Row): string[] {
  if (typeof run === 'string') return ['–', '–', '–', run.replaceAll('|', '/')];
  const own = reference.get(model)!;
  const classes = own.probabilities.length / count;
  const off = run.probabilities.reduce(
    (most, p, i) => Math.max(most, Math.abs(Math.fround(p) - own.probabilities[i]!)),
    0,
  );
  let differ = 0;
  for (let i = 0; i < count; i++) {
    const [a, b] = [own, run].map(({ probabilities }) =>
      indexOfLargest(probabilities.slice(i * classes, (i + 1) * classes)),
    );
    if (a !== b) differ++;
  }
  const speed = own.seconds / run.seconds;
  return [off.toExponential(1), String(differ), speed.toFixed(2), 'as it is'];
}

const lines = table.map((row) => {
  const version = typeof row.run === 'string' ? '' : ` ${row.run.version}`;
  return `| ${row.runtime}${version} | ${row.model} | ${compare(row).join(' | ')} |`;
});
const text = `# Model files in other runtimes

Model files are ordinary ONNX (opset 17): raw bytes in, logits and probabilities out, normalisation inside. \`make runtimes\`
runs them on ${count} test images in each runtime and writes this table, with one thread wherever that can be set. *Off* is the largest
difference of a probability from this suite's own, *classes* how many images get another class, *speed* the images a second
as a multiple of this suite's engine in the same run (batches of ${batch}, the first runs included: for \`mlp\` it says little).

| runtime | model | off | classes | speed | loads |
|---|---|---:|---:|---:|---|
${lines.join('\n')}

- OpenVINO computes in bfloat16 by itself on processors that can; \`INFERENCE_PRECISION_HINT: f32\` makes it exact.
- ONNX Runtime's WebGPU provider (1.30) computes convolutions wrongly whose input channels are a multiple of 3 and not of 4
  and whose filters are a multiple of 4 (microsoft/onnxruntime #29651 is of the kind). Model files avoid such layers by
  filters with a channel more, of zeros (fmnist-model(5)); those written before do not, and can be written anew by \`fmnist-export --for webgpu\`.
- ncnn takes one image at a time, as floats: pnnx converts the file, and its layer \`Tensor.to\` is made a \`Noop\`. It cannot run flips
  inside the model, which need a batch. In the Python binding, a \`Mat\` of a NumPy array does not keep that array alive.
- candle 0.11 has no \`Pad\` that fills with zeros, and ncnn none along channels: model files have neither.
- TensorFlow.js takes a model by \`fmnist-export --tfjs\`; its agreement is a test of the suite.
`;
writeFileSync(join(paths.root, 'docs/runtimes.md'), text);
process.stdout.write(text);
