/** Notification channels: each takes an alert, and throws where it could not be delivered. */

import { spawn } from 'node:child_process';
import type { AlertRecord } from '../../ndjson/alert-records.js';
import type { Channel } from '../rules.js';
import { alertLine } from './message.js';

/** Milliseconds until a channel is given up for this time. */
const patience = 10_000;

/** Name of a channel in messages; of a webhook the host alone, since its path may be a secret. */
export function channelName(channel: Channel): string {
  if (channel.kind === 'webhook') return `webhook at ${new URL(channel.url).host}`;
  return channel.kind === 'mail' ? `mail to ${channel.to}` : `command '${channel.command}'`;
}

/** Hands an alert over. An Error says why it could not be. */
export async function notify(channel: Channel, alert: AlertRecord): Promise<void> {
  if (channel.kind === 'webhook') return post(channel.url, alert);
  if (channel.kind === 'command')
    return feed('/bin/sh', ['-c', channel.command], `${JSON.stringify(alert)}\n`);
  return feed('sendmail', ['-i', '-t'], mailOf(channel, alert));
}

/** Slack's form, which Mattermost, Rocket.Chat and Discord's /slack understand too; the alert itself beside it. */
async function post(url: string, alert: AlertRecord): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: alertLine(alert), alert }),
    signal: AbortSignal.timeout(patience),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
}

/** RFC 5322, in ASCII or as UTF-8 in the body alone. */
function mailOf({ to, from }: { readonly to: string; readonly from?: string }, alert: AlertRecord) {
  const { state, severity, objective, time } = alert;
  const subject = `[fmnist] ${state} ${severity} ${objective}`.replace(/[^\x20-\x7e]/g, '?');
  return [
    `To: ${to}`,
    ...(from === undefined ? [] : [`From: ${from}`]),
    `Subject: ${subject}`,
    `Date: ${new Date(time).toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    'Auto-Submitted: auto-generated',
    '',
    alertLine(alert),
    '',
    JSON.stringify(alert, null, 2),
    '',
  ].join('\n');
}

function feed(program: string, words: readonly string[], input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      stdio: ['pipe', 'ignore', 'inherit'],
      timeout: patience,
    });
    child.on('error', reject);
    child.on('exit', (status, signal) => {
      if (status === 0) resolve();
      else reject(new Error(signal ? `ended by ${signal}` : `status ${status}`));
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
