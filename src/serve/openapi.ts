/** The routes of a service, described in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0). */

import { routePath, type ServeRoute } from './route.js';

/** The document; `version` is the program's. */
export function openApi(routes: readonly ServeRoute[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = routePath(route.url);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'fmnist-serve', version, description: 'What models say of images.' },
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Error: {
          type: 'object',
          required: ['error'],
          properties: { error: { type: 'string' } },
        },
      },
    },
  };
}

function operation({ method, url, access, text }: ServeRoute): Record<string, unknown> {
  const path = routePath(url);
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter('path', name ?? ''));
  const inQuery = Object.entries(text.query ?? {}).map(([name, what]) =>
    parameter('query', name, what),
  );
  const parameters = [...inPath, ...inQuery];
  return {
    summary: text.summary,
    operationId: `${method.toLowerCase()}${path.replace(':', '/verb/').replace(/\W+(\w)?/g, (_, c) => (c ?? '').toUpperCase())}`,
    ...(access === 'open'
      ? {}
      : { security: access === 'admin' ? [{ token: [] }] : [{}, { token: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(text.body ? { requestBody: { required: true, content: contents(text.body) } } : {}),
    responses: {
      200: { description: 'The answer', content: contents(text.answer) },
      default: {
        description: 'What was wrong',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

const parameter = (place: 'path' | 'query', name: string, description?: string) => ({
  name,
  in: place,
  required: place === 'path',
  schema: { type: 'string' },
  ...(description === undefined ? {} : { description }),
});

const contents = (types: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(types).map(([type, description]) => [
      type,
      // A schema without constraints that says in words what is there; bytes have none in OpenAPI 3.1.
      /json/.test(type) || type.startsWith('multipart/')
        ? { schema: { description } }
        : { schema: { description, type: 'string' } },
    ]),
  );
