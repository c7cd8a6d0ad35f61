/** Completion scripts for shells, drawn from the option tables: programs, options, choices, files. */

import type { CommandSpec, OptionSpec } from '../cli/command.js';
import { specOf } from '../cli/option-tables.js';
import { programName, programs, suiteName } from '../cli/programs.js';
import { commonOptions } from '../cli/shared-options.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Subcommands of `fmnist` besides the programs, and the words that each takes. */
const subcommands: Readonly<Record<string, { readonly about: string; readonly words: string[] }>> =
  {
    man: {
      about: 'show a manual page',
      words: [...programs.map((p) => p.name), 'idx', 'model', 'records', '7'],
    },
    doctor: { about: 'say what this machine has, and what it lacks', words: [] },
    completion: { about: 'print a completion script', words: [...shells] },
    help: { about: 'options and examples of a program', words: programs.map((p) => p.name) },
  };

/** The script for a shell, to be sourced. */
export async function completion(shell: Shell): Promise<string> {
  const own = await specOf(suiteName);
  const specs = await Promise.all(programs.map(({ name }) => specOf(name)));
  return { bash, zsh, fish }[shell](own, specs);
}

type Entry = readonly [string, OptionSpec];

function entries(spec: CommandSpec): Entry[] {
  return Object.entries({ ...spec.options, ...commonOptions });
}

const words = ([long, option]: Entry) =>
  option.alias ? [`--${long}`, `-${option.alias}`] : [`--${long}`];

function bash(own: CommandSpec, specs: readonly CommandSpec[]): string {
  const cases = [own, ...specs].map((spec) => {
    const table = entries(spec);
    const values = table.flatMap((entry) => {
      const [, option] = entry;
      if (option.type === 'flag') return [];
      const reply =
        option.type === 'choice' ? `words='${option.choices.join(' ')}'` : 'words= files=1';
      return [`        ${words(entry).join('|')}) ${reply} ;;`];
    });
    return [
      `    ${programName(spec.name)})`,
      `      options='${table.flatMap(words).join(' ')}'`,
      ...(values.length ? ['      case $prev in', ...values, '      esac'] : []),
      '      ;;',
    ].join('\n');
  });
  const second = Object.entries(subcommands).map(
    ([name, { words }]) => `      ${name}) words='${words.join(' ')}' ;;`,
  );
  const first = [...programs.map((p) => p.name), ...Object.keys(subcommands)].join(' ');
  return `# bash completion for fmnist; use: source <(fmnist completion bash)
_fmnist() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  local program=\${COMP_WORDS[0]##*/} at=1 words options files=
  # bash breaks --option=value into three words.
  if [[ $cur == = ]]; then cur=
  elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  if [[ $program == ${suiteName} && $COMP_CWORD -eq 1 && $cur != -* ]]; then
    COMPREPLY=($(compgen -W '${first}' -- "$cur"))
    return
  fi
  if [[ $program == ${suiteName} ]]; then
    case \${COMP_WORDS[1]} in
${second.join('\n')}
      ${programs.map((p) => p.name).join('|')}) program=${suiteName}-\${COMP_WORDS[1]} ;;
    esac
  fi
  case $program in
${cases.join('\n')}
  esac
  if [[ -z $words && -z $files && $cur == -* ]]; then words=$options; fi
  # Without a reply, bash completes file names.
  COMPREPLY=()
  if [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi
}
complete -o default -F _fmnist ${[own, ...specs].map((spec) => programName(spec.name)).join(' ')}
`;
}

function zsh(own: CommandSpec, specs: readonly CommandSpec[]): string {
  const describe = (name: string, text: string) => quoted(`${name}:${text.replace(/:/g, '\\:')}`);
  const cases = [own, ...specs].map((spec) => {
    const lines = entries(spec).map((entry) => zshOption(entry));
    return `    ${programName(spec.name)}) _arguments -s ${lines.join(' ')} '*:file:_files' ;;`;
  });
  const first = [
    ...specs.map((spec) => describe(spec.name, spec.summary)),
    ...Object.entries(subcommands).map(([name, { about }]) => describe(name, about)),
  ];
  const second = Object.entries(subcommands).map(
    ([name, { words }]) => `        ${name}) _values word ${words.join(' ')}; return ;;`,
  );
  return `#compdef ${[own, ...specs].map((spec) => programName(spec.name)).join(' ')}
# zsh completion for fmnist; use: source <(fmnist completion zsh)
_fmnist() {
  local program=\${words[1]:t}
  if [[ $program == ${suiteName} ]]; then
    if (( CURRENT == 2 )) && [[ \${words[2]} != -* ]]; then
      local -a commands=(${first.join(' ')})
      _describe command commands
      return
    fi
    case \${words[2]} in
${second.filter((line) => !line.includes('word ;')).join('\n')}
      ${programs.map((p) => p.name).join('|')}) program=${suiteName}-\${words[2]}; shift words; (( CURRENT-- )) ;;
    esac
  fi
  case $program in
${cases.join('\n')}
  esac
}
compdef _fmnist ${[own, ...specs].map((spec) => programName(spec.name)).join(' ')}
`;
}

function zshOption(entry: Entry): string {
  const [, option] = entry;
  const names = words(entry);
  const value =
    option.type === 'flag'
      ? ''
      : option.type === 'choice'
        ? `:value:(${option.choices.join(' ')})`
        : `:${(option.placeholder ?? 'value').replace(/:/g, '\\:')}:_files`;
  const repeat = option.type === 'list' ? '*' : '';
  const rest = `[${option.describe.replace(/[[\]]/g, '\\$&')}]${value}`;
  return names.map((name) => quoted(`${repeat || `(${names.join(' ')})`}${name}${rest}`)).join(' ');
}

function fish(own: CommandSpec, specs: readonly CommandSpec[]): string {
  const option = (condition: string, entry: Entry) => {
    const [long, { alias, describe, ...rest }] = entry;
    const value =
      rest.type === 'flag'
        ? ''
        : rest.type === 'choice'
          ? ` -x -a ${quoted(rest.choices.join(' '))}`
          : ' -r';
    return `complete ${condition} -l ${long}${alias ? ` -s ${alias}` : ''}${value} -d ${quoted(describe)}`;
  };
  const first = [
    ...specs.map((spec) => [spec.name, spec.summary] as const),
    ...Object.entries(subcommands).map(([name, { about }]) => [name, about] as const),
  ];
  const lines = [
    '# fish completion for fmnist; use: fmnist completion fish | source',
    ...first.map(
      ([name, about]) =>
        `complete -c ${suiteName} -f -n __fish_use_subcommand -a ${name} -d ${quoted(about)}`,
    ),
    ...Object.entries(subcommands)
      .filter(([, { words }]) => words.length > 0)
      .map(
        ([name, { words }]) =>
          `complete -c ${suiteName} -f -n '__fish_seen_subcommand_from ${name}' -a ${quoted(words.join(' '))}`,
      ),
    ...entries(own).map((entry) => option(`-c ${suiteName} -n __fish_use_subcommand`, entry)),
    ...specs.flatMap((spec) =>
      entries(spec).flatMap((entry) => [
        option(`-c ${programName(spec.name)}`, entry),
        option(`-c ${suiteName} -n '__fish_seen_subcommand_from ${spec.name}'`, entry),
      ]),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** A word in single quotes, as all three shells read it. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
