/** Nearest known word to a misspelt one, for "Did you mean …?". */

/** The candidate closest to a word: one that begins with the other, else one at most two letters away. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const beginning = candidates.find((known) => known.startsWith(word) || word.startsWith(known));
  if (beginning !== undefined) return beginning;
  const [closest] = candidates
    .map((known) => ({ known, edits: editDistance(known, word) }))
    .filter(({ known, edits }) => edits <= 2 && edits < Math.max(known.length, word.length) - 1)
    .sort((a, b) => a.edits - b.edits);
  return closest?.known;
}

/** Single-letter edits between two words (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
