import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfidentMistakes } from '../../../src/metrics/mistakes.js';

const test = suite('evaluate/mistakes');

const mistake = (index: number, confidence: number) => ({
  index,
  truth: 0,
  prediction: 1,
  confidence,
  truthProbability: 0,
});

test('keeps the most confident, of equal ones the earlier', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 40 }),
      fc.integer({ min: 0, max: 12 }),
      (confidences, most) => {
        const kept = new ConfidentMistakes(most);
        for (const [i, confidence] of confidences.entries()) kept.add(mistake(i, confidence));
        const wanted = confidences
          .map((confidence, i) => ({ confidence, i }))
          .sort((a, b) => b.confidence - a.confidence || a.i - b.i)
          .slice(0, most);
        assert.equal(
          kept.list().map(({ index }) => index),
          wanted.map(({ i }) => i),
        );
      },
    ),
  );
});

test('says beforehand whether it wants one', () => {
  const kept = new ConfidentMistakes(1);
  assert.ok(kept.wants(0.1));
  kept.add(mistake(0, 0.5));
  assert.not.ok(kept.wants(0.5));
  assert.ok(kept.wants(0.51));
  assert.not.ok(new ConfidentMistakes(0).wants(1));
});

test.run();
