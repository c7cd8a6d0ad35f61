/** Making and finding elements of the page. All of web/ runs in a browser, and imports only its own. */

/// <reference lib="dom" />

type Child = Node | string;

/** An element with attributes and children; an attribute that is undefined is left out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** The element with an id, which the page has. */
export function find<T extends HTMLElement>(id: string, type: abstract new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`the page has no ${type.name} '${id}'`);
}

/** `97 %`, `99.8 %`, `<0.1 %`. */
export function percentText(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1 %';
  const digits = share >= 0.9995 || share === 0 ? 0 : share > 0.99 || share < 0.1 ? 1 : 0;
  return `${(share * 100).toFixed(digits)} %`;
}
