/** Refusal of a picture, without its source: the programs and the service put their own before it. */

export class PictureFault extends Error {
  constructor(
    message: string,
    /** True of a picture with more pixels than were allowed. */
    readonly large = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
