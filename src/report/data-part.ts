/** The data: the sets there are, and what the training images are like. */

import { OperationalError } from '../core/errors.js';
import { openSet } from '../idx/set-reader.js';
import { grouped } from '../picture/numbers.js';
import { figure, htmlTable } from '../picture/page.js';
import { Gathering } from '../profile/gather.js';
import { statisticsSvg } from '../profile/report/sheet.js';
import type { Summary } from '../profile/summary.js';
import type { Folder } from './folder.js';
import type { ReportPart } from './part.js';

const sets = {
  'train.idx': 'training',
  'validation.idx': 'validation',
  'test.idx': 'test',
} as const;

interface SetFacts {
  readonly name: string;
  readonly role: string;
  readonly images: number;
  readonly size: string;
  readonly dataset: string;
  /** Images of the rarest and of the commonest class. */
  readonly least: number;
  readonly most: number;
  readonly classes: number;
}

export async function dataPart(folder: Folder): Promise<ReportPart> {
  const files = Object.keys(sets);
  const there = files.filter((name) => folder.names.includes(name));
  const title = 'Data';
  if (there.length === 0) return { title, files, absent: `there is none of ${files.join(', ')}` };
  const found: SetFacts[] = [];
  let summary: Summary | undefined;
  for (const name of there) {
    if (name !== 'train.idx') {
      found.push(await factsOf(folder, name));
      continue;
    }
    const gathering = new Gathering();
    await gathering.addSet(
      await openSet(await folder.open(name), { labels: 'required' }),
      () => {},
    );
    summary = gathering.summary();
    found.push(factsOfSummary(name, summary));
  }
  return {
    title,
    files: there,
    answer: found.map(({ images, role }) => `${grouped(images)} ${role} images`).join(', '),
    sections: () => [
      {
        body: htmlTable(
          ['set', 'file', 'images', 'size', 'data set', 'classes', 'rarest', 'commonest'],
          found.map(({ role, name, images, size, dataset, classes, least, most }) => [
            role,
            name,
            grouped(images),
            size,
            dataset,
            classes,
            grouped(least),
            grouped(most),
          ]),
        ),
      },
      ...(summary ? [{ title: 'Training images', body: figure(statisticsSvg(summary)) }] : []),
    ],
  };
}

/** Without a look at the pixels. */
async function factsOf(folder: Folder, name: string): Promise<SetFacts> {
  const reader = await folder.open(name);
  const { images, labels, annotation } = await openSet(reader, { labels: 'required' });
  await reader.close();
  const counts = new Map<number, number>();
  for (const label of labels ?? []) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size === 0)
    throw new OperationalError(folder.pathOf(name), 'holds no images; at least one was expected');
  return {
    name,
    role: sets[name as keyof typeof sets],
    images: images.count,
    size: sizeWords(images),
    dataset: nameOf(annotation),
    least: Math.min(...counts.values()),
    most: Math.max(...counts.values()),
    classes: counts.size,
  };
}

function factsOfSummary(name: string, { images, facts, classes }: Summary): SetFacts {
  const counts = classes.map(({ count }) => count);
  return {
    name,
    role: sets[name as keyof typeof sets],
    images,
    size: sizeWords(facts.shape),
    dataset: nameOf(facts),
    least: Math.min(...counts),
    most: Math.max(...counts),
    classes: counts.filter((count) => count > 0).length,
  };
}

/** On one line. */
const sizeWords = ({ rows, columns }: { readonly rows: number; readonly columns: number }) =>
  `${rows}\u00a0×\u00a0${columns}`;

function nameOf(of: { dataset?: string | undefined; synthetic?: boolean | undefined } | undefined) {
  const { dataset = '–', synthetic = false } = of ?? {};
  return synthetic ? `${dataset} (synthetic)` : dataset;
}
