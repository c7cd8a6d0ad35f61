/** Alerts reach their channels: in order, again where one fails, and kept where all fails. */

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertRecord } from '../../../src/ndjson/alert-records.js';
import { notify } from '../../../src/watch/notify/channels.js';
import { Delivery } from '../../../src/watch/notify/delivery.js';

const test = suite('watch/delivery');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-delivery-'));
const alert = (objective: string): AlertRecord => ({
  type: 'alert',
  state: 'firing',
  objective,
  kind: 'latency',
  severity: 'page',
  time: '2026-11-21T10:00:00.000Z',
  since: '2026-11-21T10:00:00.000Z',
  message: 'slow answers – many',
});

test('a webhook: tried again, in order, with words that Slack shows', async () => {
  const bodies: { text: string; alert: AlertRecord }[] = [];
  let asked = 0;
  const server = createServer(async (request, answer) => {
    const body = (await json(request)) as (typeof bodies)[number];
    asked++;
    if (asked > 2) bodies.push(body);
    answer.writeHead(asked > 2 ? 200 : 503).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { readonly port: number };
  const failures: string[] = [];
  const url = `http://127.0.0.1:${port}/secret`;
  const delivery = new Delivery([{ kind: 'webhook', url }], {
    tries: 3,
    pause: 1,
    failed: (channel, reason) => failures.push(`${channel}: ${reason}`),
    changed: () => {},
  });
  delivery.send(alert('one'));
  delivery.send(alert('two'));
  await delivery.settled();
  server.close();
  assert.equal(
    bodies.map((body) => body.alert.objective),
    ['one', 'two'],
  );
  assert.is(bodies[0]?.text, 'FIRING page one: slow answers – many');
  const said = `webhook at 127.0.0.1:${port}: status 503`;
  assert.equal(failures, [said, said]);
  assert.equal([delivery.pending, delivery.givenUp], [[], 0]);
});

test('what cannot be told is kept for the next start', async () => {
  const channels = [{ kind: 'command', command: 'exit 7' }] as const;
  const options = { tries: 2, pause: 1, failed: () => {}, changed: () => {} };
  const delivery = new Delivery(channels, options);
  delivery.send(alert('one'));
  await delivery.settled();
  assert.equal([delivery.pending.length, delivery.givenUp], [1, 1]);
  const told: string[] = [];
  const again = new Delivery(channels, {
    ...options,
    send: async (_, { objective }) => {
      told.push(objective);
    },
  });
  for (const pending of delivery.pending) again.send(pending.alert, pending.channel);
  again.send(alert('two'), 'somebody who is no longer named');
  await again.settled();
  assert.equal(told, ['one']);
});

test('a command has the alert on its standard input; mail goes through sendmail', async () => {
  const file = join(folder, 'told');
  await notify({ kind: 'command', command: `cat > ${file}` }, alert('one'));
  assert.equal(JSON.parse(readFileSync(file, 'utf8')), alert('one'));
  writeFileSync(
    join(folder, 'sendmail'),
    `#!/bin/sh\ncat > ${file}.mail\necho "$@" > ${file}.words\n`,
  );
  chmodSync(join(folder, 'sendmail'), 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  await notify({ kind: 'mail', to: 'ops@example.org', from: 'fmnist@example.org' }, alert('one'));
  process.env.PATH = before;
  const mail = readFileSync(`${file}.mail`, 'utf8');
  assert.is(readFileSync(`${file}.words`, 'utf8'), '-i -t\n');
  assert.ok(
    mail.startsWith(
      'To: ops@example.org\nFrom: fmnist@example.org\nSubject: [fmnist] firing page one\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n',
    ),
  );
  assert.match(mail, /\n\nFIRING page one: slow answers – many\n/);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
