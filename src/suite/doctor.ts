/** `fmnist doctor`: findings on this machine's packages, tools and data, each with the next step. */

import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import type { CommandIo } from '../core/environment.js';
import { exitStatus } from '../core/errors.js';
import { defaultModel } from '../evaluate/open-predictions.js';
import type { CheckRecord, Finding } from './finding.js';
import { hasMan } from './manual.js';
import { probePackage } from './probe.js';
import { webgpu } from './webgpu.js';

/** Looks at everything; takes a second or two, as every native package is loaded. */
export async function examine(io: CommandIo): Promise<CheckRecord[]> {
  const checks: readonly (readonly [string, () => Finding | Promise<Finding>])[] = [
    ['node', node],
    ['machine', machine],
    ['onnxruntime', onnxruntime],
    ['webgpu', () => webgpu(io)],
    ['tensorflow', () => tensorflow(io)],
    ['sharp', sharp],
    ['data', () => data(io)],
    ['sources', () => sources(io)],
    ['model', () => model(io)],
    ['colours', () => colours(io)],
    ['man', man],
  ];
  return Promise.all(
    checks.map(async ([subject, check]) => ({
      type: 'check',
      subject,
      ...(await check()),
    })),
  );
}

/** 3 where something is missing that the suite cannot do without. */
export function verdict(findings: readonly CheckRecord[]): number {
  return findings.some(({ state }) => state === 'fault') ? exitStatus.no : exitStatus.fine;
}

/** Findings as text: a mark, the subject, the finding, and the next step below it. */
export async function renderFindings(
  io: CommandIo,
  findings: readonly CheckRecord[],
): Promise<string> {
  const { stdoutColours } = await import('../cli/colour.js');
  const paint = stdoutColours(io);
  const marks = { ok: paint.green('✓'), absent: paint.yellow('–'), fault: paint.red('✗') };
  const width = Math.max(...findings.map(({ subject }) => subject.length)) + 2;
  const lines = findings.flatMap(({ state, subject, detail, next }) => [
    `${marks[state]} ${subject.padEnd(width)}${detail}`,
    ...(next ? [`  ${' '.repeat(width)}${paint.dim(`→ ${next}`)}`] : []),
  ]);
  const faults = findings.filter(({ state }) => state === 'fault').length;
  lines.push(
    '',
    faults === 0
      ? 'All that is needed is there.'
      : `${faults} thing${faults === 1 ? '' : 's'} to mend first, marked ✗.`,
  );
  return `${lines.join('\n')}\n`;
}

function node(): Finding {
  const path = new URL('../../../package.json', import.meta.url);
  const { engines } = JSON.parse(readFileSync(path, 'utf8')) as { engines: { node: string } };
  const wanted = engines.node.replace(/[^\d.]/g, '');
  const detail = `${process.versions.node} on ${process.platform} ${process.arch}`;
  if (atLeast(process.versions.node, wanted)) return { state: 'ok', detail };
  return { state: 'fault', detail, next: `install Node ${wanted} or newer` };
}

function atLeast(version: string, wanted: string): boolean {
  return version.localeCompare(wanted, 'en', { numeric: true }) >= 0;
}

function machine(): Finding {
  const cores = availableParallelism();
  const memory = (totalmem() / 2 ** 30).toFixed(1);
  return { state: 'ok', detail: `${cores} core${cores === 1 ? '' : 's'}, ${memory} GiB of memory` };
}

async function onnxruntime(): Promise<Finding> {
  const { state, detail } = await probePackage(
    'onnxruntime-node',
    "it.env.versions.node + ' with ' + it.listSupportedBackends().filter((b) => b.bundled).map((b) => b.name).join(', ')",
  );
  if (state === 'loads') return { state: 'ok', detail };
  return {
    state: 'fault',
    detail: reason(state, detail),
    next: 'ONNXRUNTIME_NODE_INSTALL=skip npm ci; it trains and runs every model',
  };
}

/** The optional engine, loaded as the programs load it. */
async function tensorflow({ env }: CommandIo): Promise<Finding> {
  const runtime = new URL('../engine/tensorflow/runtime.js', import.meta.url).href;
  const { state, detail } = await probePackage(
    runtime,
    "await it.loadTensorFlow(process.env).then(({ version, gpu, package: name }) => version + (gpu ? ' on a GPU, by ' : ' without a GPU, by ') + name)",
  );
  if (state === 'loads') {
    const blind = detail.endsWith('-gpu') && detail.includes('without');
    const next = 'for a GPU its library wants CUDA 11 and cuDNN 8 where the system looks for them';
    return { state: 'ok', detail, ...(blind ? { next } : {}) };
  }
  const next = env.FMNIST_TENSORFLOW
    ? 'FMNIST_TENSORFLOW names a folder with @tensorflow/tfjs-node in its node_modules'
    : "optional: npm install @tensorflow/tfjs-node-gpu, for CUDA 11, or @tensorflow/tfjs-node; 'make tensorflow' builds the latter from sources";
  return {
    state: 'absent',
    detail: detail.replace(/^engine tensorflow: |; 'fmnist doctor'.*/g, ''),
    next,
  };
}

async function sharp(): Promise<Finding> {
  const { state, detail } = await probePackage(
    'sharp',
    "it.default.versions.sharp + ' with libvips ' + it.default.versions.vips",
  );
  if (state === 'loads') return { state: 'ok', detail };
  return {
    state: 'fault',
    detail: reason(state, detail),
    next: 'npm ci; it reads and writes PNG and JPEG images',
  };
}

const reason = (state: string, detail: string) =>
  state === 'absent' ? 'not installed' : `does not load: ${detail}`;

async function data(io: CommandIo): Promise<Finding> {
  const { cacheFolder, findCached } = await import('../datasets/cache.js');
  const { datasetOf, fashionName } = await import('../datasets/datasets.js');
  const folder = cacheFolder(io);
  const files = Object.values(datasetOf(fashionName).files).flatMap(({ images, labels }) => [
    images,
    labels,
  ]);
  const missing: string[] = [];
  for (const file of files) {
    try {
      if (!(await findCached(io, folder, file))) missing.push(file.name);
    } catch (error) {
      const next = `remove the file; fmnist-fetch all > /dev/null gets it anew`;
      return { state: 'fault', detail: (error as Error).message, next };
    }
  }
  if (missing.length === 0) return { state: 'ok', detail: `Fashion-MNIST is in ${folder}` };
  return {
    state: 'absent',
    detail:
      missing.length === files.length
        ? `nothing in ${folder} yet`
        : `${folder} lacks ${missing.join(', ')}`,
    next: 'fmnist-fetch all > /dev/null gets it; fmnist-fetch --source synthetic needs no network',
  };
}

/** Sources of the data on this machine; no network request is made. */
async function sources({ env }: CommandIo): Promise<Finding> {
  const { debianFolder, debianPackage } = await import('../datasets/sources/debian.js');
  const ways = [
    ...(existsSync(debianFolder) ? [`${debianPackage} (installed)`] : []),
    ...(env.FMNIST_MIRROR ? [`$FMNIST_MIRROR (${env.FMNIST_MIRROR})`] : []),
    'the published site',
    ...(onPath('apt-get', env) && onPath('dpkg-deb', env) ? ['apt-get'] : []),
  ];
  return { state: 'ok', detail: `in this order: ${ways.join(', ')}` };
}

function onPath(program: string, env: CommandIo['env']): boolean {
  return (env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function model({ env }: CommandIo): Finding {
  const path = defaultModel({ env });
  const named = env.FMNIST_MODEL ? '$FMNIST_MODEL: ' : '';
  if (existsSync(path)) return { state: 'ok', detail: `${named}${path}` };
  return {
    state: 'absent',
    detail: `${named}${path} is not there`,
    next: env.FMNIST_MODEL
      ? 'set FMNIST_MODEL to a model file, or unset it'
      : 'make all trains one; FMNIST_MODEL=FILE names another',
  };
}

async function colours(io: CommandIo): Promise<Finding> {
  const { colourLevel } = await import('../cli/colour.js');
  const level = colourLevel(io, io.stdoutIsTerminal);
  if (level > 0) {
    const detail = ['', '16 colours', '256 colours', '24-bit'][level]!;
    if (level === 3) return { state: 'ok', detail };
    return {
      state: 'ok',
      detail,
      next: 'export COLORTERM=truecolor if your terminal knows 24-bit colour',
    };
  }
  if (io.env.NO_COLOR) return { state: 'ok', detail: 'none, as NO_COLOR asks' };
  if (!io.stdoutIsTerminal) return { state: 'ok', detail: 'none: standard output is no terminal' };
  return { state: 'absent', detail: 'none', next: 'export TERM=xterm-256color, or what yours is' };
}

function man(): Finding {
  if (hasMan()) return { state: 'ok', detail: 'man(1) shows the pages' };
  return {
    state: 'absent',
    detail: 'no man(1); fmnist man shows the pages plainly',
    next: 'optional: install man-db or mandoc',
  };
}
