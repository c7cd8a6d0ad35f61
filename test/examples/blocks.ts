/** Examples in Markdown files and in the EXAMPLES of manual pages, as scripts to run. */

export interface Step {
  /** One command, or a script of several lines. */
  readonly script: string;
  /** What it prints, where that is shown: lines of standard output; a line `…` stands for any lines. */
  readonly shown?: string;
  /** Where `shown` stands in the text: first line and the line behind the last, from 0. */
  readonly at?: readonly [number, number];
}

export interface Example {
  /** Line of its first command, from 1. */
  readonly line: number;
  readonly steps: readonly Step[];
  /** Why it is not run. */
  readonly skip?: string;
  /** It is run, but what it prints is not compared: it varies from machine to machine. */
  readonly varies?: boolean;
}

const notRun = /not run: (.+?)(?: -->)?$/;

/**
 * The fenced blocks of a Markdown text that are meant for a shell. In `sh` blocks every line is script; in
 * `console` blocks `$ ` opens a command, `> ` goes on with it, and other lines are what it prints.
 * A comment `<!-- not run: why -->` on the line before excuses a block, `<!-- varies: why -->` what it prints.
 */
export function markdownExamples(text: string): Example[] {
  const lines = text.split('\n');
  const examples: Example[] = [];
  for (let i = 0; i < lines.length; i++) {
    const kind = /^```(sh|console)$/.exec(lines[i]!)?.[1];
    if (!kind) continue;
    const end = lines.indexOf('```', i + 1);
    const steps =
      kind === 'sh'
        ? [{ script: lines.slice(i + 1, end).join('\n') }]
        : consoleSteps(lines, i + 1, end);
    examples.push({ line: i + 2, steps, ...excuse(lines[i - 1]) });
    i = end;
  }
  return examples;
}

function consoleSteps(lines: readonly string[], from: number, to: number): Step[] {
  const steps: Step[] = [];
  for (let i = from; i < to; ) {
    const script = [lines[i++]!.replace(/^\$ /, '')];
    while (i < to && lines[i]?.startsWith('> ')) script.push(lines[i++]!.slice(2));
    const first = i;
    while (i < to && !lines[i]?.startsWith('$ ')) i++;
    const shown = lines.slice(first, i).join('\n');
    steps.push({
      script: script.join('\n'),
      ...(i > first ? { shown, at: [first, i] as const } : {}),
    });
  }
  return steps;
}

/** The literal blocks in the EXAMPLES of an mdoc page. A comment `.\" not run: why` before a block excuses it. */
export function pageExamples(text: string): Example[] {
  const lines = text.split('\n');
  const examples: Example[] = [];
  const start = lines.indexOf('.Sh EXAMPLES');
  for (let i = start + 1; start >= 0 && i < lines.length && !lines[i]?.startsWith('.Sh '); i++) {
    if (!lines[i]?.startsWith('.Bd -literal')) continue;
    const end = lines.indexOf('.Ed', i);
    const script = lines
      .slice(i + 1, end)
      .map((line) => line.replace(/^\\&/, '').replace(/\\e/g, '\\').replace(/\\-/g, '-'))
      .join('\n');
    examples.push({ line: i + 2, steps: [{ script }], ...excuse(lines[i - 1]) });
    i = end;
  }
  return examples;
}

function excuse(line = ''): Pick<Example, 'skip' | 'varies'> {
  const why = notRun.exec(line)?.[1];
  if (why !== undefined) return { skip: why };
  return line.startsWith('<!-- varies: ') ? { varies: true } : {};
}
