/** A failure that is neither the vault's nor wrong use nor a bug: told in its own words, exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** For programs that read errors as JSON. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
