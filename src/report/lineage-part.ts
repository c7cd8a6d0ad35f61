/**
 * Lineage part of the report: origin of the model, digests of the folder's files, and whether
 * these belong together.
 */

import type { PredictionInfo } from '../evaluate/predictions.js';
import type { HistoryRecord } from '../idx/annotation.js';
import { openSet } from '../idx/set-reader.js';
import { rawDigest } from '../image/raw-pixels.js';
import type { Member, ModelInfo } from '../model/info.js';
import { openModelFile } from '../model/model.js';
import { decodeRecords } from '../ndjson/decode.js';
import { grouped } from '../picture/numbers.js';
import { htmlTable } from '../picture/page.js';
import type { FileMetadata, Folder } from './folder.js';
import type { Claim, ReportPart } from './part.js';

export interface LineagePart {
  readonly part: ReportPart;
  readonly model: ModelInfo | undefined;
  readonly files: readonly FileMetadata[];
  readonly claims: readonly Claim[];
}

export interface Evaluated {
  readonly predictions: PredictionInfo | undefined;
  readonly accuracy: number | undefined;
}

const modelFile = 'model.onnx';

/** evaluated: what the predictions of the folder say of themselves. */
export async function lineagePart(folder: Folder, evaluated: Evaluated): Promise<LineagePart> {
  const names = folder.names.filter((name) => /\.(idx|onnx|ndjson|sketch)$/.test(name));
  const files: FileMetadata[] = [];
  for (const name of names) files.push(await folder.facts(name));
  const model = folder.find(modelFile) ? await readModel(folder) : undefined;
  const claims = [
    ...(model ? trainedOn(model, files) : []),
    ...(await claimsOf(folder, model, evaluated)),
  ];
  const title = 'Lineage';
  if (files.length === 0)
    return {
      part: { title, files: [modelFile], absent: 'the folder holds no file of a pipeline' },
      model,
      files,
      claims,
    };
  const wrong = claims.filter(({ passed }) => !passed).length;
  const held = `${claims.length - wrong} of ${claims.length} claims hold`;
  const part: ReportPart = {
    title,
    files: names,
    answer: [
      model ? `Model ${model.digest.slice(0, 12)}` : `No ${modelFile}`,
      `${files.length} files`,
      ...(claims.length > 0 ? [held] : []),
    ].join(', '),
    sections: () => [
      ...(claims.length > 0
        ? [
            {
              title: 'What belongs together',
              body: htmlTable(
                ['', 'claim'],
                claims.map(({ claim, passed }) => [passed ? '✓' : '✗', claim]),
              ),
            },
          ]
        : []),
      ...(model
        ? [
            { title: 'The model', body: facts(model) },
            ...(model.members ? [{ title: 'Its members', body: memberTable(model.members) }] : []),
            { title: 'How it came about', body: history(model) },
          ]
        : []),
      {
        title: 'Files',
        body: htmlTable(
          ['file', 'bytes', 'SHA-256'],
          files.map(({ name, bytes, sha256 }) => [name, grouped(bytes), sha256]),
        ),
      },
    ],
  };
  return { part, model, files, claims };
}

async function readModel(folder: Folder): Promise<ModelInfo> {
  return (await openModelFile(folder.pathOf(modelFile))).info;
}

/**
 * Claims that the folder holds the sets on which the model, or each member of an ensemble, was
 * trained and validated.
 */
function trainedOn(
  { lineage, members }: Pick<ModelInfo, 'lineage' | 'members'>,
  files: readonly FileMetadata[],
): Claim[] {
  if (members) {
    const claims = members.flatMap((member) => trainedOn(member, files));
    return [...new Map(claims.map((claim) => [claim.claim, claim])).values()];
  }
  const own = lineage.history.findLast(({ program }) => program === 'fmnist-train');
  const sets = files.filter(({ name }) => name.endsWith('.idx'));
  const roles = ['trained', 'validated'];
  return (own?.read ?? []).slice(0, 2).flatMap(({ sha256 }, i): Claim[] => {
    const file = sets.find((facts) => facts.sha256 === sha256);
    if (file) return [{ claim: `the model was ${roles[i]} on ${file.name}`, passed: true }];
    const likely = i === 0 ? /^train(-norm)?\.idx$/ : /^validation\.idx$/;
    const names = sets.filter(({ name }) => likely.test(name)).map(({ name }) => name);
    // What a model was retrained on may be gone, with the turn before.
    if (names.length === 0 || own?.options?.init !== undefined) return [];
    return [{ claim: `the model was ${roles[i]} on ${names.join(' or ')}`, passed: false }];
  });
}

async function claimsOf(
  folder: Folder,
  model: ModelInfo | undefined,
  { predictions, accuracy }: Evaluated,
): Promise<Claim[]> {
  const claims: Claim[] = [];
  if (model && predictions?.model)
    claims.push({
      claim: 'predictions.ndjson is what model.onnx says',
      passed: predictions.model === model.digest,
    });
  if (predictions?.images !== undefined && folder.find('test.idx')) {
    const set = await openSet(await folder.open('test.idx'), { labels: 'required' });
    claims.push({
      claim: 'predictions.ndjson is about the images of test.idx',
      passed: (await rawDigest(set)) === predictions.images,
    });
  }
  const kept = await keptEvaluation(folder);
  if (kept && accuracy !== undefined)
    claims.push({
      claim: 'evaluation.ndjson is that of predictions.ndjson',
      passed: kept.accuracy === accuracy && (kept.model ?? '') === (predictions?.model ?? ''),
    });
  return claims;
}

async function keptEvaluation(folder: Folder) {
  const file = 'evaluation.ndjson';
  if (!folder.find(file)) return undefined;
  for await (const { record } of decodeRecords(await folder.open(file)))
    if (record.type === 'evaluation') return record;
  return undefined;
}

const recipeName = (recipe: unknown) =>
  String((recipe as { readonly name?: unknown } | null)?.name ?? 'unnamed');

function memberTable(members: readonly Member[]): string {
  return htmlTable(
    ['recipe', 'seed', 'validation accuracy', 'SHA-256'],
    members.map(({ recipe, lineage, training, sha256 }) => [
      recipeName(recipe),
      String(lineage.seed ?? ''),
      typeof training.validationAccuracy === 'number'
        ? String(Number(training.validationAccuracy.toPrecision(6)))
        : '',
      sha256.slice(0, 12),
    ]),
  );
}

function facts({ lineage, digest, training, recipe }: ModelInfo): string {
  const { seed, engine } = lineage;
  const rows: [string, string][] = [
    ['SHA-256', digest],
    ['recipe', recipeName(recipe)],
    ...(seed === undefined ? [] : [['seed', String(seed)] satisfies [string, string]]),
    ...(engine === undefined ? [] : [['engine', engine] satisfies [string, string]]),
    ...Object.entries(training).map(([field, value]): [string, string] => [
      field.replace(/([A-Z])/g, ' $1').toLowerCase(),
      typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value),
    ]),
  ];
  return htmlTable(['', ''], rows);
}

function history({ lineage }: ModelInfo): string {
  return htmlTable(
    ['step', 'program', 'options', 'read'],
    lineage.history.map((step, i) => [
      `${i + 1}.`,
      `${step.program} ${step.version}`,
      optionWords(step),
      (step.read ?? []).map(({ sha256 }) => sha256.slice(0, 12)).join(', '),
    ]),
  );
}

function optionWords({ options = {}, joined }: HistoryRecord): string {
  const words = Object.entries(options).map(([name, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    if (/^[0-9a-f]{64}$/.test(text)) return `${name} ${text.slice(0, 12)}`;
    return `${name} ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
  });
  return [...words, ...(joined ? [`${joined.length} sets joined`] : [])].join(', ');
}
