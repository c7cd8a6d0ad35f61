/** Colour of text output, by NO_COLOR, FORCE_COLOR and the terminal; records never have any. */

import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import type { CommandIo } from '../core/environment.js';

/** Colour levels as chalk counts them: 0 none, 1 sixteen, 2 256 colours, 3 24-bit. */
export function colourLevel(io: CommandIo, isTerminal: boolean): ColorSupportLevel {
  const { NO_COLOR, FORCE_COLOR, TERM, COLORTERM } = io.env;
  if (NO_COLOR) return 0;
  if (FORCE_COLOR !== undefined && /^[0-3]$/.test(FORCE_COLOR))
    return Number(FORCE_COLOR) as ColorSupportLevel;
  if (!isTerminal || TERM === 'dumb') return 0;
  if (/truecolor|24bit/i.test(COLORTERM ?? '') || /-direct$/.test(TERM ?? '')) return 3;
  return /256/.test(TERM ?? '') ? 2 : 1;
}

export function stdoutColours(io: CommandIo): ChalkInstance {
  return new Chalk({ level: colourLevel(io, io.stdoutIsTerminal) });
}

export function stderrColours(io: CommandIo): ChalkInstance {
  return new Chalk({ level: colourLevel(io, io.stderrIsTerminal) });
}
