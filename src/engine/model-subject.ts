/** A model's predictions of a labelled stream as a subject of evaluation. */

import type { Sample } from '../evaluate/evaluator.js';
import type { Subject } from '../evaluate/subject.js';
import { indexOfLabel } from '../idx/classes.js';
import { openSet } from '../idx/set-reader.js';
import type { ByteReader } from '../io/byte-reader.js';
import { checkSet, namedClasses, predictSet } from './predict-set.js';
import type { Predictor } from './predictor.js';
import { samplesOf } from './samples.js';
import { setSubject } from './set-subject.js';

/** Opens the labelled stream and refuses it where the model cannot judge it. `batch`: images the model sees at a time. */
export async function openModelSubject(
  predictor: Predictor,
  reader: ByteReader,
  batch: number,
): Promise<Subject> {
  const { info } = predictor;
  const set = await openSet(reader, { labels: 'required' });
  checkSet(set, info);
  const classes = namedClasses(set, info);
  const indexOf = indexOfLabel(classes);
  return {
    source: set.source,
    classes,
    total: set.images.count,
    async *samples(): AsyncGenerator<Sample> {
      for await (const predicted of predictSet(set, predictor, batch))
        yield* samplesOf(predicted, indexOf);
    },
    info: () => setSubject(set, info, classes),
  };
}
