/** The options of fmnist-serve, as data; new ones go here, on fmnist-serve(1), and into cmd/serve.ts where they act. */

import { modelOptions } from '../cli/shared-options.js';
import { defaultSettings as defaults, polarities } from './settings.js';

const count = { type: 'integer', min: 1, placeholder: 'N' } as const;

export const serveOptions = {
  host: {
    type: 'string',
    default: '127.0.0.1',
    placeholder: 'ADDRESS',
    describe: 'address to listen on',
  },
  port: {
    type: 'integer',
    min: 0,
    max: 65535,
    default: 8080,
    placeholder: 'N',
    describe: 'port to listen on; 0 takes any that is free',
  },
  'allow-host': {
    type: 'list',
    placeholder: 'NAME',
    describe: 'answer requests for this host too; .NAME for all below it, * for any',
  },
  'trust-proxy': {
    type: 'list',
    placeholder: 'ADDRESS|CIDR',
    describe: 'a proxy that is believed whom it forwards for (X-Forwarded-For, Forwarded)',
  },
  workers: { ...count, max: 1024, describe: 'threads that run each model; one a core by default' },
  batch: {
    ...count,
    max: 4096,
    default: defaults.batch,
    describe: 'images the model sees at a time, at most',
  },
  'batch-wait': {
    type: 'number',
    min: 0,
    max: 1000,
    default: defaults.batchWait,
    placeholder: 'MS',
    describe: 'milliseconds an image may wait for others to share a batch with',
  },
  queue: {
    ...count,
    max: 1_000_000,
    default: defaults.queue,
    describe: 'images that may wait for a worker; more are answered 503 at once',
  },
  'max-body': {
    ...count,
    max: 1 << 30,
    default: defaults.maxBody,
    placeholder: 'BYTES',
    describe: 'largest body of a request, decompressed',
  },
  'max-pixels': {
    ...count,
    max: 1_000_000_000,
    default: defaults.maxPixels,
    describe: 'pixels that the images of a request may have in all',
  },
  timeout: {
    type: 'number',
    min: 0.1,
    max: 3600,
    default: defaults.timeout / 1000,
    placeholder: 'SECONDS',
    describe: 'time a request may take',
  },
  grace: {
    type: 'number',
    min: 0,
    max: 3600,
    default: 20,
    placeholder: 'SECONDS',
    describe: 'time that requests under way are given when the service stops',
  },
  route: {
    type: 'string',
    placeholder: 'NAME=WEIGHT,...',
    describe: 'share what names no model among several; requests of one key stay with one model',
  },
  shadow: {
    type: 'string',
    placeholder: 'NAME',
    describe:
      'send requests to this model too; its answers are compared and logged, never returned',
  },
  log: {
    type: 'file',
    placeholder: 'FILE',
    describe: 'add a record to FILE for every image served; - is standard output',
  },
  'log-pixels': {
    type: 'number',
    min: 0,
    max: 1,
    default: 0,
    placeholder: 'SHARE',
    describe: 'keep the pixels of this share of the images in the log',
  },
  'log-features': {
    type: 'number',
    min: 0,
    max: 1,
    default: 1,
    placeholder: 'SHARE',
    describe: 'measure this share of the images for the log, as fmnist-features does',
  },
  polarity: {
    type: 'choice',
    choices: polarities,
    default: defaults.polarity,
    describe:
      'turn images that are dark on light to their negatives: auto (by their corners), keep (never), invert (always)',
  },
  'rate-limit': {
    ...count,
    max: 1_000_000_000,
    describe: 'requests a client may make a minute',
  },
  'token-file': {
    type: 'file',
    placeholder: 'FILE',
    describe: 'bearer tokens, one a line: predictions only for those who send one',
  },
  'admin-token-file': {
    type: 'file',
    placeholder: 'FILE',
    describe: 'bearer tokens for administration; without it, there is none over HTTP',
  },
  cert: { type: 'file', placeholder: 'FILE', describe: 'certificate (PEM), for TLS; with --key' },
  key: { type: 'file', placeholder: 'FILE', describe: 'private key (PEM) of the certificate' },
  engine: modelOptions.engine,
} as const;
