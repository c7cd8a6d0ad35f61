/** A file of rules → Rules; what is wrong is named by its place in the file. */

import { OperationalError } from '../core/errors.js';
import { isObject, isShown, jsonFault } from '../core/json.js';
import { durationOf } from './durations.js';
import { type BurnRule, budgetOf, type Channel, type Objective, type Rules } from './rules.js';

/**
 * Google's SRE workbook, chapter 5 (https://sre.google/workbook/alerting-on-slos/): 2 % of a month's budget in an hour,
 * 5 % in six hours, 10 % in three days.
 */
const usualBurn: readonly BurnRule[] = [
  { long: 36e5, short: 3e5, rate: 14.4, severity: 'page' },
  { long: 6 * 36e5, short: 18e5, rate: 6, severity: 'page' },
  { long: 3 * 864e5, short: 6 * 36e5, rate: 1, severity: 'ticket' },
];

/** OperationalError, naming `source` and the place in it. */
export function readWatchRules(text: string, source: string): Rules {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new OperationalError(source, `is not JSON (${jsonFault(error)})`, {
      cause: error,
    });
  }
  const rules = new Fields(source, '', value);
  const objectives = rules.list('objectives', objectiveOf);
  if (objectives.length === 0) throw rules.fault('objectives', 'at least one objective');
  for (const [i, { name }] of objectives.entries())
    if (objectives.findIndex((other) => other.name === name) < i)
      throw new OperationalError(
        source,
        `objectives[${i}].name is '${name}', as another's; a name of its own was expected`,
      );
  const read: Rules = {
    objectives,
    burn: rules.has('burn') ? rules.list('burn', burnOf) : usualBurn,
    least: rules.number('least', 1, 1e9, 20),
    coolDown: rules.duration('coolDown', 15 * 6e4),
    notify: rules.has('notify') ? rules.list('notify', channelOf) : [],
  };
  rules.end();
  if (read.burn.length === 0) throw rules.fault('burn', 'at least one rule');
  return read;
}

function objectiveOf(at: Fields): Objective {
  const name = at.text('name');
  const kind = at.choice('kind', [
    'latency',
    'errors',
    'up',
    'confidence',
    'accuracy',
    'class',
    'drift',
  ]);
  if (kind === 'drift') return { name, kind, severity: at.text('severity', 'ticket') };
  if (kind === 'class') {
    const named = at.has('class') ? { class: at.text('class') } : {};
    const labelled = at.has('label') ? { label: at.number('label', 0, 255) } : {};
    if (!at.has('class') && !at.has('label'))
      throw at.fault('label', 'the label of a class, or its name as class');
    const [from, to] = [at.number('from', 0, 1, 0), at.number('to', 0, 1, 1)];
    if (from >= to) throw at.fault('to', `a share above ${from}`);
    const window = at.duration('window', 36e5);
    return {
      name,
      kind,
      ...named,
      ...labelled,
      from,
      to,
      window,
      severity: at.text('severity', 'ticket'),
    };
  }
  const share = at.number('share', 0, 1);
  if (!(share > 0 && budgetOf({ share }) > 0))
    throw at.fault('share', 'a share above 0 and below 1');
  if (kind === 'latency') return { name, kind, share, bound: at.duration('below') };
  if (kind === 'confidence') {
    const bound = at.number('least', 0, 1);
    if (bound === 1) throw at.fault('least', 'a probability below 1, for it is to be exceeded');
    return { name, kind, share, bound };
  }
  return { name, kind, share };
}

function burnOf(at: Fields): BurnRule {
  const rule = {
    long: at.duration('long'),
    short: at.duration('short'),
    rate: at.number('rate', 1e-3, 1e6),
    severity: at.text('severity', 'page'),
  };
  if (rule.short > rule.long) throw at.fault('short', 'a window no longer than the long one');
  return rule;
}

function channelOf(at: Fields): Channel {
  if (at.has('webhook')) {
    const url = at.text('webhook');
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw at.fault('webhook', 'an http: or https: URL');
    return { kind: 'webhook', url };
  }
  if (at.has('mail'))
    return {
      kind: 'mail',
      to: at.address('mail'),
      ...(at.has('from') ? { from: at.address('from') } : {}),
    };
  if (at.has('command')) return { kind: 'command', command: at.text('command') };
  throw at.fault('webhook', 'a webhook, mail or command');
}

/** Fields of an object, read one by one; a field that is not read is an error. */
class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #asked = new Set<string>();

  constructor(
    readonly source: string,
    readonly path: string,
    value: unknown,
  ) {
    if (!isObject(value))
      throw new OperationalError(
        source,
        `${path || 'the file'} ${isShown(value)}; a JSON object was expected`,
      );
    this.#value = value;
  }

  has(name: string): boolean {
    this.#asked.add(name);
    return this.#value[name] !== undefined;
  }

  list<T>(name: string, read: (item: Fields) => T): T[] {
    const list = this.#take(name);
    if (!Array.isArray(list)) throw this.fault(name, 'a list');
    return list.map((item, i) => {
      const fields = new Fields(this.source, `${this.#at(name)}[${i}]`, item);
      const result = read(fields);
      fields.end();
      return result;
    });
  }

  text(name: string, otherwise?: string): string {
    const value = this.#take(name) ?? otherwise;
    if (typeof value !== 'string' || value === '' || value.length > 500 || /[\r\n]/.test(value))
      throw this.fault(name, 'a text on one line');
    return value;
  }

  address(name: string): string {
    const text = this.text(name);
    if (!/^[^\s@,<>-][^\s@,<>]*@[^\s@,<>]+$/.test(text)) throw this.fault(name, 'a mail address');
    return text;
  }

  number(name: string, min: number, max: number, otherwise?: number): number {
    const value = this.#take(name) ?? otherwise;
    if (typeof value !== 'number' || !(value >= min && value <= max))
      throw this.fault(name, `a number from ${min} to ${max}`);
    return value;
  }

  duration(name: string, otherwise?: number): number {
    const value = this.#take(name);
    const length = value === undefined ? otherwise : durationOf(value);
    if (length === undefined) throw this.fault(name, 'a time such as 50ms, 30s, 5m, 6h or 30d');
    return length;
  }

  choice<C extends string>(name: string, choices: readonly C[]): C {
    const value = this.#take(name);
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw this.fault(name, `one of ${choices.join(', ')}`);
    return found;
  }

  end(): void {
    const extra = Object.keys(this.#value).find((name) => !this.#asked.has(name));
    if (extra !== undefined)
      throw new OperationalError(
        this.source,
        `${this.#at(extra)} is no field that rules have here`,
      );
  }

  fault(name: string, expected: string): OperationalError {
    return new OperationalError(
      this.source,
      `${this.#at(name)} ${isShown(this.#value[name])}; ${expected} was expected`,
    );
  }

  #take(name: string): unknown {
    this.#asked.add(name);
    return this.#value[name];
  }

  #at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
