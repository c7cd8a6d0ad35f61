/** The files for running fmnist-serve under systemd, Docker, Compose and Kubernetes, checked by the tools of those who read them (`make deploy-lint` installs them). */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serveOptions } from '../../../src/serve/option-table.js';
import { defaultSettings } from '../../../src/serve/settings.js';
import { deployTool } from '../../support/deploy-tools.js';
import { needing } from '../../support/needing.js';
import { paths } from '../../support/paths.js';

const test = suite('serve/deploy');
const folder = join(paths.root, 'src/serve/deploy');

/** Registers tests that need a tool. */
const withTool = (tool: string) =>
  needing(
    test,
    spawnSync(deployTool(tool), ['--version']).error === undefined
      ? undefined
      : `no ${tool}; 'make deploy-lint' installs what it can`,
  );

/** The output of a tool, which must find nothing wrong. */
function lint(tool: string, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(deployTool(tool), words, {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.is(status, 0, `${tool}: ${stdout}${stderr}`);
  return stdout + stderr;
}

withTool('hadolint')('the Dockerfile, by hadolint', () => {
  assert.is(lint('hadolint', ['Dockerfile']), '');
});

withTool('check-jsonschema')('the Compose file, against its schema', () => {
  lint('check-jsonschema', ['--builtin-schema', 'vendor.compose-spec', 'compose.yaml']);
});

withTool('kubernetes-validate')('the Kubernetes manifests, against the schemas of its API', () => {
  const said = lint('kubernetes-validate', ['--strict', 'kubernetes.yaml']);
  const kinds = [
    'deployment',
    'service',
    'horizontalpodautoscaler',
    'poddisruptionbudget',
    'networkpolicy',
  ];
  for (const kind of kinds)
    assert.match(said, new RegExp(`passed for resource ${kind}/fmnist-serve`));
});

withTool('systemd-analyze')('the systemd unit, by systemd-analyze', () => {
  const work = mkdtempSync(join(tmpdir(), 'fmnist-deploy-'));
  try {
    // It asks for the program to be there.
    const unit = readFileSync(join(folder, 'fmnist-serve.service'), 'utf8').replaceAll(
      '/usr/local/bin/',
      `${paths.bin}/`,
    );
    const copy = join(work, 'fmnist-serve.service');
    writeFileSync(copy, unit);
    assert.is(lint('systemd-analyze', ['verify', '--man=no', copy]), '');
    // Of 10, where the most exposed service has most.
    const words = ['security', '--offline=true', '--threshold=20', copy];
    const exposure = /Overall exposure.*?: [\d.]+/.exec(lint('systemd-analyze', words));
    process.stdout.write(`\nFIGURE: ${exposure?.[0]} of 10\n`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

withTool('logrotate')('the rotation of the log, by logrotate', () => {
  const work = mkdtempSync(join(tmpdir(), 'fmnist-deploy-'));
  try {
    // It insists that only its owner may write what it reads.
    const copy = join(work, 'logrotate');
    writeFileSync(copy, readFileSync(join(folder, 'logrotate')), { mode: 0o644 });
    const state = join(work, 'state');
    const said = lint('logrotate', ['--debug', '--state', state, copy]);
    assert.not.match(said, /error:/);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

withTool('nginx')('the site in front, by nginx', () => {
  const work = mkdtempSync(join(tmpdir(), 'fmnist-deploy-'));
  try {
    // Without certificates, which nginx reads when it looks at a site.
    const site = readFileSync(join(folder, 'nginx.conf'), 'utf8')
      .replace('listen 443 ssl;', 'listen 8443;')
      .replace(/^ +ssl_certificate.*$/gm, '');
    writeFileSync(join(work, 'site.conf'), site);
    const copy = join(work, 'nginx.conf');
    const logs = `pid ${work}/pid; error_log stderr;`;
    writeFileSync(copy, `${logs} events {} http { access_log off; include ${work}/site.conf; }`);
    assert.match(lint('nginx', ['-t', '-p', work, '-c', copy]), /test is successful/);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

test('the site in front says what the service is told, and no more than it takes', () => {
  const site = readFileSync(join(folder, 'nginx.conf'), 'utf8');
  const bytes = Number(/client_max_body_size (\d+)m;/.exec(site)?.[1]) * 2 ** 20;
  assert.is(bytes, defaultSettings.maxBody);
  assert.match(site, /proxy_set_header Host \$http_host;/);
  assert.match(site, /proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;/);
  const [, name] = /server_name (\S+);/.exec(site) ?? [];
  assert.ok(site.includes(`--allow-host ${name} --trust-proxy 127.0.0.1`));
});

test('what stops the service waits for longer than --grace', () => {
  const number = (file: string, pattern: RegExp) =>
    Number(pattern.exec(readFileSync(join(folder, file), 'utf8'))?.[1]);
  const pause = number('kubernetes.yaml', /\[sleep, "(\d+)"\]/);
  for (const [file, patience, before] of [
    ['fmnist-serve.service', /^TimeoutStopSec=(\d+)$/m, 0],
    ['compose.yaml', /stop_grace_period: (\d+)s$/m, 0],
    ['kubernetes.yaml', /terminationGracePeriodSeconds: (\d+)$/m, pause],
  ] as const)
    assert.ok(number(file, patience) - before > number(file, /--grace[ =](\d+)/), file);
});

test('every option they use exists, and every path they probe', () => {
  const texts = ['fmnist-serve.service', 'Dockerfile', 'compose.yaml', 'kubernetes.yaml'].map(
    (file) => readFileSync(join(folder, file), 'utf8'),
  );
  const served = texts.join('\n').matchAll(/(?:ExecStart=|ENTRYPOINT|command: |^ {12}- )(.*)$/gm);
  const used = [...served].flatMap(([, line = '']) =>
    [...line.matchAll(/--([a-z-]+)/g)].map(([, name]) => name),
  );
  assert.ok(used.length >= 8, used.join());
  assert.equal(
    used.filter((name = '') => !(name in serveOptions)),
    [],
  );
  for (const file of ['Dockerfile', 'Dockerfile.dockerignore'])
    assert.ok(existsSync(join(folder, file)));
  assert.match(texts[1] ?? '', /\/ready/);
  assert.match(texts[3] ?? '', /readinessProbe:\n\s+httpGet: \{path: \/ready/);
  assert.match(texts[3] ?? '', /livenessProbe:\n\s+httpGet: \{path: \/health/);
});

test.run();
