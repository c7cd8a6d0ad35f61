/** Source files of src/ as the house tests read them: text, room, exported names, and imports, types told from values. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../../support/paths.js';

export interface SourceFile {
  /** Path in src/, such as `idx/header.ts`. */
  readonly file: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly SourceImport[];
}

export interface SourceImport {
  /** Path in src/ of an imported file, or the name of a package (`node:fs`, `sharp`). */
  readonly target: string;
  /** True where only types are taken, which leave no trace at run time. */
  readonly typeOnly: boolean;
}

/** Every TypeScript file of src/. */
export const sources: readonly SourceFile[] = (
  readdirSync(join(paths.root, 'src'), { recursive: true }) as string[]
)
  .filter((file) => file.endsWith('.ts'))
  .sort()
  .map((file) => {
    const text = readFileSync(join(paths.root, 'src', file), 'utf8');
    return { file, room: file.split('/')[0]!, text, imports: importsOf(file, text) };
  });

/** Names of the declarations that a file exports. */
export function exportedNames(text: string): string[] {
  const declaration =
    /^export (?:declare |abstract |async )*(?:function\*?|class|interface|type|const|let|enum) (\w+)/gm;
  return [...text.matchAll(declaration)].map((match) => match[1]!);
}

/** Static, dynamic and re-exporting imports of a file; those within comments do not count. */
export function importsOf(file: string, text: string): SourceImport[] {
  const code = text.replace(/^\s*(\/\*\*?[\s\S]*?\*\/|\/\/.*)$/gm, '');
  const statement =
    /^(?:import|export)(?<type> type)?(?<names>[^;'"]*? from)? ?'(?<from>[^']+)'|(?<typeof>typeof )?\bimport\((?:\s*)'(?<call>[^']+)'/gm;
  return [...code.matchAll(statement)].map(({ groups = {} }) => {
    const spec = groups.from ?? groups.call ?? '';
    const names = groups.names ?? '';
    const typeOnly =
      groups.type !== undefined ||
      groups.typeof !== undefined ||
      /^ \{(\s*type \w+( as \w+)?,?)+\s*\} from$/.test(names);
    return { target: spec.startsWith('.') ? resolve(file, spec) : spec, typeOnly };
  });
}

function resolve(file: string, spec: string): string {
  const { pathname } = new URL(spec, `file:///src/${file}`);
  return pathname.replace(/^\/src\//, '').replace(/\.js$/, '.ts');
}

/**
 * Circles among files: the strongly connected components of more than one file, by Tarjan's algorithm (1972).
 * `graph`: file → the files that it imports.
 */
export function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string) => {
    index.set(file, index.size);
    low.set(file, index.get(file)!);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      if (!graph.has(target)) continue;
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file)!, low.get(target)!));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return circles;
}
