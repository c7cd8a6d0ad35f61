/** POST /v1/feedback: the true label of something that was served, for the log and for the count of what was right. */

import { isShown } from '../../core/json.js';
import type { FeedbackRecord } from '../../ndjson/feedback-record.js';
import { soundRequestId } from '../access/headers.js';
import { lookUpClass } from '../class-lookup.js';
import { CounterMetric } from '../metrics/exposition.js';
import { RecentAnswers } from '../recent-answers.js';
import { RequestError } from '../request-error.js';
import type { ServeContext, ServeRoute } from '../route.js';

/** Labels that a request may bring. */
const most = 10_000;

interface Told {
  readonly id: string;
  readonly index: number;
  readonly word: string | number;
  readonly model: string | undefined;
}

export function feedbackRoutes({ registry, metrics, onAnswered, log }: ServeContext): ServeRoute[] {
  const recent = new RecentAnswers();
  const counted = new CounterMetric({
    name: 'fmnist_feedback_total',
    help: 'True labels told of served images, by whether the prediction was right.',
    labels: ['model', 'correct'],
  });
  metrics.add(counted);
  for (const { name } of registry.sources)
    for (const correct of ['true', 'false']) counted.add([name, correct], 0);
  onAnswered.push((answered) => recent.note(answered));
  const tell = ({ id, index, word, model }: Told, where: string) => {
    const answer = recent.get(id);
    const prediction = answer?.prediction(index);
    if (answer && prediction === undefined)
      throw new RequestError(404, `${where}: request '${id}' had no image ${index}`);
    if (!answer && !log)
      throw new RequestError(
        404,
        `${where}: request '${id}' is not among the last that were answered`,
      );
    const name = answer?.model ?? model;
    const { name: served, info } = registry.get(name);
    const label = info.classes.labels[lookUpClass(word, info.classes, where)]!;
    const record: FeedbackRecord = {
      type: 'feedback',
      time: new Date().toISOString(),
      id,
      index,
      label,
    };
    const correct = prediction === undefined ? undefined : prediction === label;
    const commit = () => {
      log?.append(record);
      if (correct !== undefined) counted.add([served, String(correct)]);
    };
    return { commit, answer: { id, index, label, ...(correct === undefined ? {} : { correct }) } };
  };
  return [
    {
      method: 'POST',
      url: '/v1/feedback',
      access: 'predict',
      text: {
        summary:
          'The true label of an image that was served; goes into the log (--log) and is counted',
        body: {
          'application/json':
            '{"id", "index": 0 unless given, "label": a label or the name of a class}, or a list of these',
        },
        answer: {
          'application/json':
            '{"logged": whether there is a log, "feedback": [{"id", "index", "label", "correct": where the answer is remembered}]}',
        },
      },
      handler: (request) => {
        const items = readFeedback(request.body);
        // All of them are sound before one is taken.
        const told = items.map((item, i) =>
          tell(item, items.length > 1 ? `item ${i}` : 'feedback'),
        );
        for (const { commit } of told) commit();
        return { logged: log !== undefined, feedback: told.map(({ answer }) => answer) };
      },
    },
  ];
}

function readFeedback(body: unknown): Told[] {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  } catch (error) {
    throw new RequestError(400, `not sound JSON; ${expected}`, {}, { cause: error });
  }
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > most)
    throw new RequestError(400, `${list.length} labels; 1 to ${most} were expected`);
  return list.map((item) => readOne(item));
}

const expected = `{"id": "…", "label": …} was expected`;

function readOne(value: unknown): Told {
  if (typeof value !== 'object' || value === null) throw new RequestError(400, expected);
  const { id, index = 0, label, model } = value as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || soundRequestId(id) === undefined)
    throw new RequestError(400, `'id' ${isShown(id)}, no request id; ${expected}`);
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0)
    throw new RequestError(400, `'index' ${isShown(index)}, no position of an image; ${expected}`);
  if (typeof label !== 'string' && typeof label !== 'number')
    throw new RequestError(
      400,
      `'label' ${isShown(label)}, neither a label nor a name; ${expected}`,
    );
  if (model !== undefined && typeof model !== 'string')
    throw new RequestError(400, `'model' ${isShown(model)}, no name of a model; ${expected}`);
  return { id, index, word: label, model };
}
