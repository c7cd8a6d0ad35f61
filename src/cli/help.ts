/** The text of `--help`, drawn from the option table: examples first, as they are read first. */

import { describeBounds } from '../core/numbers.js';
import type { CommandSpec, OptionSpec } from './command.js';
import { programName } from './programs.js';
import { commonOptions } from './shared-options.js';

/** Columns of the help page: a terminal's usual width. */
const width = 80;

/** `usage: fmnist-stats [OPTION ...] [FILE ...]` */
export function usageLine(spec: CommandSpec): string {
  return `usage: ${programName(spec.name)} [OPTION ...]${spec.operands ? ` ${spec.operands}` : ''}`;
}

/** The whole help page, ending in a newline. */
export function helpText(spec: CommandSpec): string {
  const own = Object.entries(spec.options).filter(([name]) => !(name in commonOptions));
  const blocks = [
    `${fold(`${programName(spec.name)} - ${spec.summary}`, '    ').join('\n')}\n\n${usageLine(spec)}`,
    section(
      'Examples',
      spec.examples.flatMap((e) => [
        ...fold(`  ${e.command}`, '    ', ' \\'),
        ...fold(`      ${e.describe}`, '      '),
      ]),
    ),
    section(
      'Options',
      own.map(([name, option]) => optionLine(name, option)),
    ),
    section(
      'Common options',
      Object.entries(commonOptions).map(([name, option]) => optionLine(name, option)),
    ),
    `The manual: fmnist man ${spec.name}`,
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length ? `${title}:\n${lines.join('\n')}` : '';
}

function optionLine(name: string, option: OptionSpec): string {
  const value = option.type === 'flag' ? '' : ` ${option.placeholder ?? placeholderOf(option)}`;
  const head = `  ${option.alias ? `-${option.alias}, ` : '    '}--${name}${value}`;
  const text = `${option.describe}${remark(option)}`;
  const [first = '', ...more] = fold(`${' '.repeat(32)}${text}`, ' '.repeat(32));
  const start = head.length > 30 ? [head, first] : [head.padEnd(32) + first.slice(32)];
  return [...start, ...more].join('\n');
}

/** Lines of at most `width` columns, broken at spaces; lines behind the first begin with `indent`, lines before the last end with `tail`. */
function fold(text: string, indent: string, tail = ''): string[] {
  if (text.length <= width) return [text];
  const cut = text.lastIndexOf(' ', width - tail.length);
  if (text.slice(0, cut).trim() === '') return [text];
  return [text.slice(0, cut) + tail, ...fold(indent + text.slice(cut + 1), indent, tail)];
}

function placeholderOf(option: OptionSpec): string {
  if (option.type === 'choice') return option.choices.join('|');
  return { integer: 'N', number: 'X', string: 'TEXT', file: 'FILE', list: 'TEXT', flag: '' }[
    option.type
  ];
}

function remark(option: OptionSpec): string {
  const remarks: string[] = [];
  if (option.type === 'integer' || option.type === 'number') {
    if (option.min !== undefined || option.max !== undefined)
      remarks.push(describeBounds({ ...option, integer: option.type === 'integer' }));
  }
  if (option.type === 'choice' && option.placeholder) remarks.push(option.choices.join(', '));
  if (option.type === 'list') remarks.push('may be repeated');
  if ('default' in option && option.default !== undefined)
    remarks.push(`default ${option.default}`);
  return remarks.length ? ` (${remarks.join('; ')})` : '';
}
