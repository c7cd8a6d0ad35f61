/** Settings of a service, by the options of fmnist-serve. */

export const polarities = ['auto', 'keep', 'invert'] as const;
export type Polarity = (typeof polarities)[number];

export interface ServeSettings {
  readonly engine: 'onnxruntime' | 'tensorflow';
  /** Threads that run each model. */
  readonly workers: number;
  /** Images the model sees at a time, at most. */
  readonly batch: number;
  /** Milliseconds an image may wait for others to share a batch with; 0 takes what is there. */
  readonly batchWait: number;
  /** Images that may wait for a worker. */
  readonly queue: number;
  /** Bytes of a request's body, after decompression. */
  readonly maxBody: number;
  /** Pixels of all images of a request together, as they were sent. */
  readonly maxPixels: number;
  /** Milliseconds until a request is given up. */
  readonly timeout: number;
  readonly polarity: Polarity;
}

export const defaultSettings: ServeSettings = {
  engine: 'onnxruntime',
  workers: 1,
  batch: 64,
  batchWait: 0,
  queue: 1024,
  maxBody: 16 << 20,
  maxPixels: 50_000_000,
  timeout: 10_000,
  polarity: 'auto',
};
