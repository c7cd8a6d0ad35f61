/** fmnist: lists the programs, shows their manual pages, says what this machine has, and completes words in shells. */

import { type Arguments, defineCommand } from '../cli/command.js';
import { programName, programs } from '../cli/programs.js';
import type { CommandIo } from '../core/environment.js';
import { exitStatus, UsageError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { withOutput } from '../io/output.js';

const options = {
  format: {
    type: 'choice',
    choices: ['text', 'ndjson'],
    describe: 'how doctor reports; text on a terminal and ndjson elsewhere unless given',
  },
} as const;

const commands = ['man', 'doctor', 'completion', 'help'];

export default defineCommand(
  {
    name: 'fmnist',
    summary: 'list the programs of the suite, and run, document or examine them',
    operands: '[COMMAND [ARG ...]]',
    maxOperands: 2,
    options,
    examples: [
      { command: 'fmnist', describe: 'the programs, in groups' },
      { command: 'fmnist stats train.idx', describe: 'the same as: fmnist-stats train.idx' },
      { command: 'fmnist man stats', describe: 'the manual page of fmnist-stats' },
      {
        command: 'fmnist doctor',
        describe: 'what this machine has, what it lacks, and the next step',
      },
      {
        command: 'source <(fmnist completion bash)',
        describe: 'complete programs, options and choices in this shell',
      },
    ],
  },
  main,
);

async function main(args: Arguments<typeof options>, io: CommandIo): Promise<number> {
  const [command, about] = args.operands;
  if (command !== 'man' && command !== 'completion' && about !== undefined)
    throw new UsageError(
      commands.includes(command!) ? `unexpected operand '${about}'` : unknown(command!),
    );
  switch (command) {
    case undefined: {
      const { listing } = await import('../suite/listing.js');
      return print(io, await listing(io));
    }
    case 'man': {
      const { showPage } = await import('../suite/manual.js');
      return showPage(io, about ?? 'fmnist');
    }
    case 'completion': {
      const { completion, shells } = await import('../suite/completion.js');
      const shell = shells.find((name) => name === about);
      if (!shell) throw new UsageError(`completion: name a shell: ${shells.join(', ')}`);
      return print(io, await completion(shell));
    }
    case 'doctor':
      return doctor(args, io);
    default:
      throw new UsageError(unknown(command));
  }
}

async function doctor(args: Arguments<typeof options>, io: CommandIo): Promise<number> {
  const { examine, renderFindings, verdict } = await import('../suite/doctor.js');
  const findings = await examine(io);
  if ((args.options.format ?? (io.stdoutIsTerminal ? 'text' : 'ndjson')) === 'text') {
    await print(io, await renderFindings(io, findings));
  } else {
    const { encodeRecord } = await import('../ndjson/encode.js');
    const { runRecord } = await import('../picture/report-formats.js');
    await print(io, [runRecord(io, args.argv), ...findings].map(encodeRecord).join(''));
  }
  return verdict(findings);
}

async function print(io: CommandIo, text: string): Promise<number> {
  await withOutput(io, '-', (output) => output.write(text));
  return exitStatus.fine;
}

function unknown(word: string): string {
  const near = nearest(word, [...programs.map((program) => program.name), ...commands]);
  const run = programs.some((program) => program.name === near) && near;
  const hint = near ? `; did you mean fmnist ${near}${run ? ` (${programName(run)})` : ''}?` : '';
  return `there is no program or command '${word}'${hint}`;
}
