/** The peak of a program's memory, told by the program itself as it ends. */

/**
 * The environment in which a Node program leaves its peak, in kB, in `file`. It is that of the process itself, from
 * /proc where there is one: the figure of getrusage(2) may be that of the parent before exec. The Python peers read
 * $PEAK and do the same.
 */
export function peakEnvironment(file: string): NodeJS.ProcessEnv {
  const code = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    const peak = () => {
      try { return /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]; }
      catch { return String(process.resourceUsage().maxRSS); }
    };
    if (isMainThread) process.on('exit', () => writeFileSync(${JSON.stringify(file)}, peak()));`;
  return {
    ...process.env,
    PEAK: file,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
  };
}
