/** A text → a number from 0 to 1, evenly and always the same: who is in which share does not change from request to request, nor from one start to the next. */

export function hashFraction(text: string): number {
  // FNV-1a over UTF-16 units, then the finaliser of MurmurHash3: FNV alone leaves its high bits too regular.
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}
