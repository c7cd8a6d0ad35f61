/**
 * Requests among the images of a log: latency is told of requests, not of images, as the service's metrics
 * and the SRE workbook have it. A request's images stand in the log in the order of their index.
 */

import { RecentMap } from '../ndjson/recent-map.js';

interface Request {
  /** Of the last image. */
  index: number;
  /** Milliseconds of the slowest image. */
  ms: number;
}

export class RequestLatencies {
  readonly #requests: RecentMap<Request>;

  /** least: requests remembered at least, and twice as many at most. */
  constructor(least = 10_000) {
    this.#requests = new RecentMap(least);
  }

  /**
   * Notes an image. The milliseconds of its request so far; undefined where it is the first of a request, which it is
   * too where an id comes again with an index that it has had.
   */
  note(id: string, index: number, ms: number): number | undefined {
    const request = this.#requests.get(id);
    if (!request || index <= request.index) {
      this.#requests.set(id, { index, ms });
      return undefined;
    }
    const before = request.ms;
    request.index = index;
    request.ms = Math.max(before, ms);
    return before;
  }
}
