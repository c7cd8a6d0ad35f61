/** The inline half of mdoc(7), as far as our pages use it: a macro line → words with their emphasis. */

/** Styles of emphasis; the identity for plain text. */
export interface Emphasis {
  readonly bold: (text: string) => string;
  readonly underline: (text: string) => string;
}

const plain = (text: string) => text;

/** Macros that only set their words in a face. */
const faces: Readonly<Record<string, 'bold' | 'underline' | 'plain'>> = {
  Nm: 'bold',
  Cm: 'bold',
  Ic: 'bold',
  Sy: 'bold',
  Fl: 'bold',
  Ar: 'underline',
  Em: 'underline',
  Va: 'underline',
  Pa: 'underline',
  Ev: 'plain',
  Li: 'plain',
  No: 'plain',
  Sx: 'plain',
  An: 'plain',
  Tn: 'plain',
  Vt: 'plain',
  Lk: 'plain',
  Mt: 'plain',
};

/** Macros that enclose the rest of their line. */
const pairs: Readonly<Record<string, readonly [string, string]>> = {
  Op: ['[', ']'],
  Brq: ['{', '}'],
  Pq: ['(', ')'],
  Bq: ['[', ']'],
  Aq: ['<', '>'],
  Ql: ['‘', '’'],
  Sq: ['‘', '’'],
  Dq: ['“', '”'],
  Qq: ['"', '"'],
};

/** Macros that open or close a pair over several lines. */
const brackets: Readonly<Record<string, string>> = {
  Oo: '[',
  Oc: ']',
  Bro: '{',
  Brc: '}',
  Po: '(',
  Pc: ')',
};

const closing = /^[.,:;)\]?!]$/;
const opening = /^[([]$/;

/** A line's words, `"two words"` being one, in which `""` is a quotation mark. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/"((?:[^"]|"")*)"|(\S+)/g)].map(
    (m) => m[1]?.replaceAll('""', '"') ?? m[2] ?? '',
  );
}

/** roff's escapes → the characters they stand for. */
export function characters(text: string): string {
  return text
    .replace(/\\\(em/g, '—')
    .replace(/\\\(en/g, '–')
    .replace(/\\\(bu/g, '•')
    .replace(/\\\(mu/g, '×')
    .replace(/\\\(->/g, '→')
    .replace(/\\\(S2/g, '²')
    .replace(/\\\(\*S/g, 'Σ')
    .replace(/\\\(sr/g, '√')
    .replace(/\\\(>=/g, '≥')
    .replace(/\\\(\+-/g, '±')
    .replace(/\\\((aq|dq)/g, (_, kind) => (kind === 'aq' ? "'" : '"'))
    .replace(/\\-/g, '-')
    .replace(/\\[ ~]/g, '\u00a0')
    .replace(/\\e/g, '\\')
    .replace(/\\&/g, '');
}

/** Renders the words of one macro line, the macro first. `name` is what a bare `Nm` stands for. */
export function inline(words: readonly string[], name: string, emphasis: Emphasis): string {
  return new Line(name, emphasis).render(words);
}

class Line {
  #text = '';
  #glue = true;

  constructor(
    readonly name: string,
    readonly emphasis: Emphasis,
  ) {}

  render(words: readonly string[]): string {
    for (let i = 0; i < words.length; ) i = this.#macro(words, i);
    return this.#text;
  }

  #macro(words: readonly string[], at: number): number {
    const macro = words[at]!;
    const bracket = brackets[macro];
    if (bracket) {
      this.#put(bracket, { before: /[\])}]/.test(bracket), after: /[[({]/.test(bracket) });
      return at + 1;
    }
    if (macro === 'Ns') {
      this.#glue = true;
      return at + 1;
    }
    if (macro === 'Pf') {
      this.#put(characters(words[at + 1] ?? ''), { after: true });
      return at + 2;
    }
    if (macro === 'Xr') {
      this.#put(`${this.emphasis.bold(words[at + 1] ?? '')}(${words[at + 2] ?? ''})`);
      return at + 3;
    }
    const pair = pairs[macro];
    if (pair) return this.#enclose(words, at + 1, pair);
    if (macro in faces) return this.#face(macro, words, at + 1);
    this.#word(macro, plain);
    return at + 1;
  }

  /** The rest of the line in a pair; closing punctuation at its very end stands outside. */
  #enclose(words: readonly string[], from: number, [open, close]: readonly [string, string]) {
    let end = words.length;
    while (end > from && closing.test(words[end - 1]!)) end--;
    this.#put(open, { after: true });
    for (let i = from; i < end; ) i = this.#macro(words.slice(0, end), i);
    this.#put(close, { before: true });
    return end;
  }

  #face(macro: string, words: readonly string[], from: number): number {
    const face = faces[macro]!;
    const set = face === 'plain' ? plain : this.emphasis[face];
    const prefix = macro === 'Fl' ? '-' : '';
    let i = from;
    let any = false;
    for (; i < words.length && !isMacro(words[i]!); i++) {
      const word = words[i]!;
      const punctuation = closing.test(word) || opening.test(word) || word === '|';
      if (punctuation && !any && !opening.test(word)) break;
      this.#word(punctuation ? word : prefix + word, punctuation ? plain : set);
      any ||= !punctuation;
    }
    if (!any && macro === 'Nm') this.#word(this.name, set);
    if (!any && macro === 'Fl') this.#word('-', set);
    if (!any && macro === 'Ar') this.#word('file ...', set);
    // Punctuation that came before any word belongs behind the default.
    for (; i < words.length && closing.test(words[i]!); i++) this.#word(words[i]!, plain);
    return i;
  }

  #word(word: string, set: (text: string) => string): void {
    this.#put(set(characters(word)), { before: closing.test(word), after: opening.test(word) });
  }

  #put(text: string, glue: { readonly before?: boolean; readonly after?: boolean } = {}): void {
    this.#text += (this.#glue || glue.before ? '' : ' ') + text;
    this.#glue = glue.after ?? false;
  }
}

/** True if a word on a macro line is itself a macro. */
export function isMacro(word: string): boolean {
  return (
    word in faces ||
    word in pairs ||
    word in brackets ||
    word === 'Ns' ||
    word === 'Pf' ||
    word === 'Xr'
  );
}
