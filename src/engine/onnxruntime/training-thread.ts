/** Thread of one training worker on ONNX Runtime. */

import './no-telemetry.js';
import { parentPort, workerData } from 'node:worker_threads';
import { graphPrograms } from '../parallel/graph-programs.js';
import type { TeamReply, TeamRequest, WorkerSetup } from '../parallel/protocol.js';
import { openWorker } from '../parallel/worker.js';
import { openGraphEngine } from './graph-engine.js';

const setup = workerData as WorkerSetup;
const worker = await openWorker(graphPrograms(await openGraphEngine(), setup.plan), setup);
const reply = (message: TeamReply) => parentPort?.postMessage(message);

parentPort?.on('message', async (request: TeamRequest) => reply(await worker(request)));
reply({ type: 'ready' });
