/** Finding TensorFlow.js, and choosing the engine. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type engineChoices, openEngine } from '../../../../src/engine/open-engine.js';
import { loadTensorFlow, mayHaveGpu } from '../../../../src/engine/tensorflow/runtime.js';
import { plainTensorFlow, tensorFlowFolder } from '../../../support/tensorflow-folder.js';
import { troubleOf } from '../../../support/trouble.js';

const test = suite('loading TensorFlow');
const gpu = '@tensorflow/tfjs-node-gpu';
const cpu = '@tensorflow/tfjs-node';
const backend = (version: string, isUsingGpuDevice: boolean) => `
  const util = require('node:util');
  exports.ready = async () => {};
  exports.backend = () => ({ isUsingGpuDevice: ${isUsingGpuDevice}, binding: { TF_Version: '${version}' } });
  exports.mended = util.isNullOrUndefined(null) && !util.isNullOrUndefined(0) && util.isArray === Array.isArray;`;
const load = (packages: Readonly<Record<string, string>>) =>
  loadTensorFlow({ FMNIST_TENSORFLOW: tensorFlowFolder(packages) });

test('the package for CUDA first', async () => {
  const packages = { [gpu]: backend('2.9.1', true), [cpu]: backend('2.21.0', false) };
  const { tf, ...loaded } = await load(packages);
  assert.equal(loaded, { package: gpu, version: '2.9.1', gpu: true });
  assert.is((tf as unknown as { mended: boolean }).mended, true);
});

test('the other where it does not load', async () => {
  const fails = "throw new Error('libcudart.so.11.0: no such file\\nand a stack')";
  const { tf: _, ...loaded } = await load({ [gpu]: fails, [cpu]: backend('2.21.0', false) });
  assert.equal(loaded, { package: cpu, version: '2.21.0', gpu: false });
  assert.match(
    await troubleOf(() => load({ [gpu]: fails })),
    /^engine tensorflow: @tensorflow\/tfjs-node-gpu does not load \(libcudart\.so\.11\.0: no such file\); @tensorflow\/tfjs-node is not there in \/.*; 'fmnist doctor' says how to get it$/,
  );
});

test('a package that lacks something is not one that is absent', async () => {
  const lacking = "require('left-pad-nowhere')";
  assert.match(
    await troubleOf(() => load({ [cpu]: lacking })),
    "tfjs-node does not load (Cannot find module 'left-pad-nowhere')",
  );
});

test('the threads of the library are set before it is loaded, unless they are set already', async () => {
  const { TF_NUM_INTRAOP_THREADS: before } = process.env;
  try {
    delete process.env.TF_NUM_INTRAOP_THREADS;
    const env = { FMNIST_TENSORFLOW: tensorFlowFolder({ [cpu]: backend('2', false) }) };
    await loadTensorFlow(env, 3);
    assert.is(process.env.TF_NUM_INTRAOP_THREADS, '3');
    await loadTensorFlow(env, 4);
    assert.is(process.env.TF_NUM_INTRAOP_THREADS, '3');
  } finally {
    delete process.env.TF_NUM_INTRAOP_THREADS;
    if (before !== undefined) process.env.TF_NUM_INTRAOP_THREADS = before;
  }
});

test('the engine by --engine', async () => {
  const open = (engine: (typeof engineChoices)[number], code?: string) =>
    openEngine(
      { env: { FMNIST_TENSORFLOW: tensorFlowFolder(code === undefined ? {} : { [cpu]: code }) } },
      { engine },
    );
  const described = async (...args: Parameters<typeof open>) => (await open(...args)).description;
  assert.match(
    await described('onnxruntime', backend('2.9.1', true)),
    /^onnxruntime \d+\.\d+\.\d+$/,
  );
  assert.match(await described('auto'), /^onnxruntime /);
  assert.match(await described('auto', backend('2.9.1', false)), /^onnxruntime /);
  assert.match(
    await described('auto', backend('2.9.1', true)),
    mayHaveGpu() ? /^tensorflow 2\.9\.1 on a GPU$/ : /^onnxruntime /,
  );
  assert.is(await described('tensorflow', backend('2.9.1', true)), 'tensorflow 2.9.1 on a GPU');
  const { name, description } = await open('tensorflow', plainTensorFlow);
  assert.equal([name, description], ['tensorflow', 'tensorflow unknown']);
  assert.match(await troubleOf(() => open('tensorflow')), 'is not there');
});

test.run();
