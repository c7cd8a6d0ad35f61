/** What `make reloads` and the tests measure: requests answered and lines logged through reloads, rotations and a stop. */

import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { paths } from '../support/paths.js';
import { freePort, startService } from './serving.js';

export interface ReloadProof {
  readonly answered: number;
  /** What was wrong, and when, of each request without a right answer but those the stopped service no longer took. */
  readonly faults: readonly string[];
  /** Answers that are not in the log, and those that are there twice. */
  readonly lost: number;
  readonly doubled: number;
  /** Of the model, that answers came from. */
  readonly versions: number;
  readonly rotated: number;
  readonly milliseconds: number;
}

/** The model of the fixtures, and the same under another digest: one of its classes has another name. */
function twoModels(): readonly [Buffer, Buffer] {
  const one = readFileSync(join(paths.fixtures, 'bars.onnx'));
  const two = Buffer.from(one);
  two.write('prima', two.indexOf('first'));
  return [one, two];
}

export async function proveReloads(reloads: number, clients: number): Promise<ReloadProof> {
  const folder = mkdtempSync(join(tmpdir(), 'fmnist-reloads-'));
  const [model, log, token] = ['m.onnx', 'served.ndjson', 'token'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const files = twoModels();
  copyFileSync(join(paths.fixtures, 'bars.onnx'), model);
  writeFileSync(token, 'token-for-administration\n', { mode: 0o600 });
  const port = await freePort();
  const body = Buffer.from(JSON.stringify({ pixels: Array(30).fill(10).fill(220, 5, 10) }));
  const words = ['-q', '--port', String(port), '--log', log, '--admin-token-file', token, model];
  const service = await startService(
    process.execPath,
    [join(paths.bin, 'fmnist-serve'), ...words],
    port,
    body,
  );
  if (!service) throw new Error('fmnist-serve does not start');
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const post = (path: string, content: Buffer, headers: Record<string, string> = {}) =>
    new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
      const asked = request({ agent, port, path, method: 'POST', headers }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.on('error', reject);
      });
      asked.on('error', reject);
      asked.end(content);
    });
  const ids = new Set<string>();
  const versions = new Set<string>();
  const faults: string[] = [];
  let rotated = 0;
  let asking = true;
  let stopping = false;
  const client = async () => {
    while (asking)
      try {
        const { status, text } = await post('/v1/predict', body, {
          'content-type': 'application/json',
        });
        const { id, version } = JSON.parse(text);
        if (status !== 200) faults.push(`${status} ${text} ${when()}`);
        else {
          ids.add(id);
          versions.add(version);
        }
      } catch (error) {
        // Once it was told to stop, it takes no new connection.
        if (!stopping) faults.push(`${(error as Error).message} ${when()}`);
      }
  };
  const started = performance.now();
  const when = () =>
    `after ${Math.round(performance.now() - started)} ms${stopping ? ', while it stopped' : ''}`;
  try {
    const all = Array.from({ length: clients }, client);
    const authorization = { authorization: 'Bearer token-for-administration' };
    for (let i = 1; i <= reloads; i++) {
      writeFileSync(`${model}.new`, files[i % 2]!);
      renameSync(`${model}.new`, model);
      if (i % 10 === 5) {
        renameSync(log, `${log}.${++rotated}`);
        // Reopens the log, and reloads as well.
        service.process.kill('SIGHUP');
        while (!readdirSync(folder).includes('served.ndjson')) await sleep(1);
      }
      const { status, text } = await post('/v1/admin/reload', Buffer.alloc(0), authorization);
      if (status !== 200) throw new Error(`reload ${i}: ${status} ${text}`);
    }
    stopping = true;
    await service.stop();
    asking = false;
    await Promise.all(all);
    const milliseconds = performance.now() - started;
    const lines = readdirSync(folder)
      .filter((file) => file.startsWith('served.ndjson'))
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n'))
      .map((line) => JSON.parse(line) as { readonly type: string; readonly id?: string });
    const logged = lines.filter(({ type }) => type === 'served').map(({ id = '' }) => id);
    const once = new Set(logged);
    return {
      answered: ids.size,
      faults,
      lost: [...ids].filter((id) => !once.has(id)).length,
      doubled: logged.length - once.size,
      versions: versions.size,
      rotated,
      milliseconds,
    };
  } finally {
    asking = false;
    service.process.kill('SIGKILL');
    agent.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}
