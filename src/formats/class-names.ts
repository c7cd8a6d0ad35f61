/** Names of classes that stand where labels are expected. */

import { OperationalError } from '../core/errors.js';
import { datasetOf, knownDatasets } from '../datasets/datasets.js';
import type { ClassList } from '../idx/classes.js';

/** Labels of names: by the classes given, or by the one known data set that has the first name met. */
export class ClassNames {
  /** The classes by which names were looked up; undefined where none was met. */
  used: ClassList | undefined;
  /** Data set whose classes these are, where that was not said. */
  dataset: string | undefined;

  /** True once a label was a number: names do not go with these. */
  numbers = false;

  constructor(readonly given: ClassList | undefined) {}

  /** The label of a name. OperationalError, which begins with `where`, for one that is no class. */
  labelOf(name: string, where: string): number {
    if (this.numbers)
      throw new OperationalError(
        where,
        `${JSON.stringify(name)} is a name, and labels before it are numbers; one or the other was expected`,
      );
    this.used ??= this.given ?? this.#known(name, where);
    const at = this.used.names.indexOf(name);
    if (at >= 0) return this.used.labels[at]!;
    throw new OperationalError(
      where,
      `${JSON.stringify(name)} is no class; one of ${this.used.names.join(', ')} was expected`,
    );
  }

  #known(name: string, where: string): ClassList {
    const having = knownDatasets.filter((dataset) =>
      datasetOf(dataset).classes?.names.includes(name),
    );
    this.dataset = having.length === 1 ? having[0] : undefined;
    const classes = this.dataset === undefined ? undefined : datasetOf(this.dataset).classes;
    if (classes) return classes;
    throw new OperationalError(
      where,
      `${JSON.stringify(name)} is a name; a whole number from 0 to 255, or --classes NAME,… in the order of the labels, was expected`,
    );
  }
}
