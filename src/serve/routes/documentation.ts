/** Documentation routes: /openapi.json for programs, /docs for people. */

import { version } from '../../core/version.js';
import { openApi } from '../openapi.js';
import { routePath, type ServeRoute } from '../route.js';

/** Documents `routes` and itself. */
export function documentationRoutes(routes: readonly ServeRoute[]): ServeRoute[] {
  const own: ServeRoute[] = [
    {
      method: 'GET',
      url: '/openapi.json',
      access: 'open',
      text: { summary: 'This, in OpenAPI 3.1', answer: { 'application/json': 'the document' } },
      handler: () => openApi([...routes, ...own], version()),
    },
    {
      method: 'GET',
      url: '/docs',
      access: 'open',
      text: { summary: 'This, to be read', answer: { 'text/html': 'a page' } },
      handler: (_request, reply) =>
        reply
          .type('text/html; charset=utf-8')
          .header(
            'content-security-policy',
            "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
          )
          .send(page([...routes, ...own])),
    },
  ];
  return own;
}

function page(routes: readonly ServeRoute[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>fmnist-serve ${version()}</title>
<link rel="stylesheet" href="/page/docs.css">
<h1>fmnist-serve ${version()}</h1>
<p>The same <a href="/openapi.json">in OpenAPI 3.1</a>. Errors are <code>{"error": "…"}</code>.</p>
${routes.map(section).join('\n')}
</html>
`;
}

function section({ method, url, access, text }: ServeRoute): string {
  const token = { open: '', predict: '', admin: '<p>With an admin token.</p>' }[access];
  return `<section>
<h2><b>${method}</b> ${escaped(routePath(url))}</h2>
<p>${escaped(text.summary)}.</p>${token}
${list('Query', text.query)}${list('Body', text.body)}${list('Answer', text.answer)}</section>`;
}

function list(title: string, entries: Readonly<Record<string, string>> = {}): string {
  const items = Object.entries(entries).map(
    ([term, what]) => `<dt>${escaped(term)}<dd>${escaped(what)}`,
  );
  return items.length > 0 ? `<h3>${title}</h3><dl>${items.join('')}</dl>\n` : '';
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => entities[c] ?? c);
