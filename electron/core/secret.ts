const HIDDEN = '[secret]';

/**
 * A value that must not be seen: it prints as `[secret]` under String, JSON and util.inspect, and
 * is empty under spread and structuredClone. `reveal` is called at three places only: where secrets
 * are sealed (for the disk or for a backup), where the form body for Twitch is written, where a proof
 * or a comparison is computed;
 * an access token has a fourth, the answer to the bot that may have it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}
