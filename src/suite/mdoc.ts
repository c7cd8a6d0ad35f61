/** A plain rendering of our mdoc(7) pages, for machines without man(1): the macros our pages use, no more. */

import { characters, type Emphasis, inline, isMacro, splitWords } from './mdoc-inline.js';

export interface MdocOptions extends Partial<Emphasis> {
  /** Columns a line may take; default 78. */
  readonly width?: number;
}

/** Renders a page as text, one trailing newline. */
export function renderMdoc(source: string, options: MdocOptions = {}): string {
  const page = new Page({
    width: options.width ?? 78,
    bold: options.bold ?? ((text) => text),
    underline: options.underline ?? ((text) => text),
  });
  for (const line of source.split('\n')) page.take(line);
  return page.finish();
}

/** The rendered text of one section, by its heading; undefined where the page has none. */
export function mdocSection(source: string, heading: string): string | undefined {
  const parts = source.split(/^\.Sh /m).slice(1);
  const part = parts.find((p) => p.split('\n')[0]?.trim() === heading);
  if (part === undefined) return undefined;
  const nm = /^\.Nm (\S+)/m.exec(source)?.[1] ?? '';
  const text = renderMdoc(`.Nm ${nm}\n.Sh ${part}`);
  return text.slice(text.indexOf(heading) + heading.length + 1).trimEnd();
}

interface List {
  readonly kind: string;
  readonly compact: boolean;
  count: number;
}

const indentStep = 4;
const tagStep = 8;

class Page {
  #lines: string[] = [];
  #words: string[] = [];
  #indent = 0;
  #name = '';
  #section = '';
  #title = '';
  /** The last heading's line: no blank line stands below it. */
  #headline = '';
  #literal = false;
  #lists: List[] = [];
  /** A bullet, number or short tag that the next paragraph hangs behind, with its margin. */
  #hang = '';

  constructor(readonly options: Required<MdocOptions>) {}

  take(line: string): void {
    if (line.startsWith('.\\"')) return;
    if (!line.startsWith('.')) {
      if (this.#literal)
        this.#lines.push(`${' '.repeat(this.#indent)}${characters(line)}`.trimEnd());
      else this.#words.push(...characters(line).split(' ').filter(Boolean));
      return;
    }
    const [macro = '', ...rest] = splitWords(line.slice(1));
    this.#macro(macro, rest);
  }

  finish(): string {
    this.#flush();
    const text = this.#lines.join('\n').replace(/\n{3,}/g, '\n\n');
    return `${this.#title}${text.trim()}\n`;
  }

  #macro(macro: string, rest: string[]): void {
    const block = this.#block(macro, rest);
    if (block) return;
    if (macro === 'Nm' && rest[0] !== undefined && !this.#name) this.#name = rest[0];
    // Every form of a synopsis begins with the name, on a line of its own.
    if (macro === 'Nm' && this.#section === 'SYNOPSIS') this.#flush();
    const text = inline([macro, ...rest], this.#name, this.options);
    if (this.#literal) this.#lines.push(' '.repeat(this.#indent) + text);
    else this.#words.push(...text.split(' ').filter(Boolean));
  }

  /** Acts on a macro that shapes the page; false for those that only set words. */
  #block(macro: string, rest: string[]): boolean {
    switch (macro) {
      case 'Dd':
      case 'Os':
        return true;
      case 'Dt':
        this.#title = `${rest[0]}(${rest[1]})\n\n`;
        return true;
      case 'Sh':
      case 'Ss':
        this.#heading(rest.join(' '), macro === 'Sh' ? 0 : 2);
        return true;
      case 'Nd':
        this.#words.push('—', ...characters(rest.join(' ')).split(' '));
        return true;
      case 'Pp':
        this.#flush();
        this.#blank();
        return true;
      case 'Bl':
        this.#flush();
        this.#lists.push({
          kind: rest[0] ?? '-tag',
          compact: rest.includes('-compact'),
          count: 0,
        });
        return true;
      case 'El':
        this.#flush();
        this.#indent -= this.#stepOf(this.#lists.pop());
        this.#blank();
        return true;
      case 'It':
        this.#item(rest);
        return true;
      case 'Bd':
        this.#flush();
        this.#blank();
        this.#indent += indentStep;
        this.#literal = rest.includes('-literal') || rest.includes('-unfilled');
        return true;
      case 'Ed':
        this.#flush();
        this.#literal = false;
        this.#indent -= indentStep;
        this.#blank();
        return true;
      case 'Dl':
      case 'D1':
        this.#flush();
        this.#lines.push(' '.repeat(this.#indent + indentStep) + this.#inlineOf(rest));
        return true;
      case 'Ex':
        this.#words.push(
          ...`The ${this.#name} program exits 0 on success, and >0 if an error occurs.`.split(' '),
        );
        return true;
      default:
        return false;
    }
  }

  #heading(text: string, indent: number): void {
    this.#flush();
    this.#blank();
    this.#headline = ' '.repeat(indent) + this.options.bold(text);
    this.#lines.push(this.#headline);
    this.#indent = indentStep;
    if (indent === 0) this.#section = text;
  }

  #item(rest: string[]): void {
    this.#flush();
    const list = this.#lists.at(-1);
    if (!list) return;
    const step = this.#stepOf(list);
    if (list.count++ > 0) this.#indent -= step;
    if (!list.compact) this.#blank();
    const tag = this.#tagOf(list, rest);
    const margin = ' '.repeat(this.#indent);
    if (visible(tag) < step) this.#hang = tag && margin + tag;
    else if (tag) this.#lines.push(margin + tag);
    this.#indent += step;
  }

  #tagOf(list: List, words: readonly string[]): string {
    if (list.kind === '-tag') return this.#inlineOf(words);
    if (list.kind === '-item') return '';
    return list.kind === '-enum' ? `${list.count}.` : '•';
  }

  #stepOf(list: List | undefined): number {
    if (!list || list.kind === '-item') return 0;
    return list.kind === '-tag' ? tagStep : indentStep;
  }

  #inlineOf(words: readonly string[]): string {
    const first = words[0] ?? '';
    return isMacro(first)
      ? inline(words, this.#name, this.options)
      : inline(['No', ...words], this.#name, this.options);
  }

  /** Sets the words gathered so far as a paragraph. */
  #flush(): void {
    if (this.#words.length === 0) return;
    const margin = ' '.repeat(this.#indent);
    let line = margin;
    if (this.#hang) {
      line = this.#hang + ' '.repeat(this.#indent - visible(this.#hang));
      this.#hang = '';
    }
    let used = 0;
    for (const word of this.#words) {
      if (used > 0 && visible(line) + 1 + visible(word) > this.options.width) {
        this.#lines.push(line);
        line = margin;
        used = 0;
      }
      // Closing punctuation that stands alone, after a macro's line, joins the word before it.
      line += used > 0 && !/^[.,:;)\]]{1,2}$/.test(word) ? ` ${word}` : word;
      used++;
    }
    this.#lines.push(line.replaceAll('\u00a0', ' '));
    this.#words = [];
  }

  #blank(): void {
    if (this.#lines.at(-1) !== '' && this.#lines.at(-1) !== this.#headline) this.#lines.push('');
  }
}

/** Columns a text takes, escape sequences not counted. */
function visible(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
  return text.replace(/\u001b\[[0-9;]*m/g, '').length;
}
