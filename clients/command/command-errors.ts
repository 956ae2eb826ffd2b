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

/** Wrong use of the command: exit code 2, and a hint at its help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A {@link UsageError}, to be thrown. */
export function usage(what: string): UsageError {
  return new UsageError(what);
}
