/** Buckets of the histograms that objectives are held against, and which routes count as predicting. */

/** Seconds. From half a millisecond: the usual buckets begin at five, above what most answers take. */
export const secondBounds: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Probabilities. */
export const confidenceBounds: readonly number[] = [
  0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1,
];

/** Labels of routes that predict, as a regular expression of RE2, anchored at both ends. */
export const predictingRoutes = '.*(predict|infer).*';

/** True for the label of a route that predicts. */
export const predicts = (route: string): boolean => /predict|infer/.test(route);
