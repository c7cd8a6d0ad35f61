/** POST /v1/feedback: the true label of something that was served, for the log and for the count of what was right. */

import { isShown, withoutMark } from '../../core/json.js';
import type { FeedbackRecord } from '../../ndjson/feedback-record.js';
import { LabelJoin } from '../../ndjson/label-join.js';
import { soundRequestId } from '../access/headers.js';
import { lookUpClass } from '../class-lookup.js';
import { CounterMetric } from '../metrics/exposition.js';
import { RequestError } from '../request-error.js';
import type { ServeContext, ServeRoute } from '../route.js';

/** Labels that a request may bring. */
const most = 10_000;

/** Images whose predictions are remembered at least, to hold feedback against. */
const remembered = 10_000;

/** What is remembered of a served image. */
interface Answer {
  readonly model: string;
  /** Label predicted. */
  readonly prediction: number;
}

interface Told {
  readonly id: string;
  readonly index: number;
  readonly word: string | number;
  readonly model: string | undefined;
}

export function feedbackRoutes({ registry, metrics, onAnswered, log }: ServeContext): ServeRoute[] {
  const recent = new LabelJoin<Answer>(remembered);
  const labels = ['model', 'correct'];
  const counted = new CounterMetric({
    name: 'fmnist_feedback_total',
    help: 'Served images whose true label is known, by whether the prediction was right by the first label told.',
    labels,
  });
  const changed = new CounterMetric({
    name: 'fmnist_feedback_changed_total',
    help: 'Served images whose label was told anew and made the prediction right, or wrong.',
    labels,
  });
  for (const metric of [counted, changed]) {
    metrics.add(metric);
    for (const { name } of registry.sources)
      for (const correct of ['true', 'false']) metric.add([name, correct], 0);
  }
  onAnswered.push(({ id, model, start, count, best, classes, labels: told, shadow }) => {
    for (let i = 0; i < count && !shadow; i++) {
      const prediction = classes.labels[best[i]!]!;
      const label = told?.[start + i];
      recent.note(id, start + i, { model, prediction }, label);
      if (label !== undefined) counted.add([model, String(label === prediction)]);
    }
  });
  const tell = ({ id, index, word, model }: Told, where: string) => {
    const answer = recent.find(id, index);
    if (answer === 'ambiguous')
      throw new RequestError(
        409,
        `${where}: image ${index} of request '${id}' was asked about more than once; a request with an id of its own was expected`,
      );
    if (answer === undefined && recent.has(id, 0))
      throw new RequestError(404, `${where}: request '${id}' had no image ${index}`);
    if (answer === undefined && !log)
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
    const correct = answer && answer.prediction === label;
    const commit = () => {
      log?.append(record);
      const joined = recent.label(id, index, label);
      if (joined === undefined || joined === 'ambiguous') return;
      const { value, before } = joined;
      if (before === undefined) counted.add([served, String(correct)]);
      else if ((before === value.prediction) !== correct) changed.add([served, String(correct)]);
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
    value = JSON.parse(Buffer.isBuffer(body) ? withoutMark(body).toString('utf8') : '');
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
