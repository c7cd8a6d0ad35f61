/** The page at `/`, and its parts: programs for the browser, style, icon, samples. Nothing comes from elsewhere. */

import { readFile } from 'node:fs/promises';
import type { FastifyReply } from 'fastify';
import { syntheticSet } from '../../datasets/synthetic/set.js';
import { encodeGreyPng } from '../../picture/png.js';
import { RequestError } from '../request-error.js';
import type { ServeRoute } from '../route.js';

const compiled = new URL('../web/', import.meta.url);
const written = new URL('../../../../src/serve/web/', import.meta.url);

/** Scripts and styles from here alone; nothing inline, nothing from elsewhere, nothing around it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Generated garments that the page has to show. */
const samples = 40;

export function pageRoutes(): ServeRoute[] {
  const files = new Map<string, Promise<Buffer>>();
  const file = (name: string, folder: URL) => {
    let content = files.get(name);
    if (!content) {
      content = readFile(new URL(name, folder));
      files.set(name, content);
    }
    return content;
  };
  return [
    {
      method: 'GET',
      url: '/',
      access: 'open',
      text: {
        summary: 'A page to try the models on, and to watch the traffic',
        answer: { 'text/html': 'the page' },
      },
      handler: async (_request, reply) =>
        reply
          .type('text/html; charset=utf-8')
          .headers({ 'content-security-policy': policy, 'permissions-policy': 'camera=(self)' })
          .send(await file('page.html', written)),
    },
    {
      method: 'GET',
      url: '/page/:file',
      access: 'open',
      text: { summary: 'What the page is made of', answer: { '*/*': 'a part of it' } },
      handler: async (request, reply) => {
        const { file: name } = request.params as { readonly file: string };
        const sample = /^sample-(\d{1,2})\.png$/.exec(name)?.[1];
        if (sample !== undefined && Number(sample) < samples)
          return reply.type('image/png').send(sampleOf(Number(sample)));
        return part(name, reply, file);
      },
    },
  ];
}

async function part(
  name: string,
  reply: FastifyReply,
  file: (name: string, folder: URL) => Promise<Buffer>,
) {
  if (styles.includes(name))
    return reply.type('text/css; charset=utf-8').send(await file(name, written));
  if (name === 'icon.svg') return reply.type('image/svg+xml').send(await file(name, written));
  if (programs.includes(name))
    return reply.type('text/javascript; charset=utf-8').send(await file(name, compiled));
  throw new RequestError(404, 'the page has no such part');
}

/** The styles of web/, in the order in which they count; the last is that of /docs. */
const styles = [...['page', 'board', 'controls', 'cards', 'traffic', 'circumstances'], 'docs'].map(
  (name) => `${name}.css`,
);

/** The programs of web/, by name: nothing else is read. */
const programs = [
  ...['board', 'card', 'crop', 'elements', 'exposition', 'feedback', 'flood', 'heat', 'page'],
  ...['pen', 'questions', 'service', 'sources', 'spark', 'traffic', 'traffic-view'],
].map((name) => `${name}.js`);

function sampleOf(i: number): Buffer {
  const pixels = syntheticSet('test', samples, 1).image(i);
  return encodeGreyPng({ rows: 28, columns: 28, pixels });
}
