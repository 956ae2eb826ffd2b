import { timingSafeEqual } from 'node:crypto';
import type { SecretBox } from './ports.ts';

const HIDDEN = '[secret]';

/**
 * A value that must not be seen: it prints as `[secret]` under String, JSON and util.inspect, and is empty
 * under spread and structuredClone. `reveal` is called where secrets are sealed (for the disk or for a
 * backup), where the form body and the Authorization header for Twitch are written, and where a proof or a
 * comparison is computed. Two secrets leave for a bot: an access token for the one that may have it, and a
 * pairing key, once, when the bot is paired.
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

/** Compares what must not be guessed letter by letter in constant time; another length is wrong at once. */
export function sameText(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Whether secrets may be written: without a keychain or a passphrase they live in memory only. */
export function keepsSecrets({ box }: { box: Pick<SecretBox, 'protection'> }): boolean {
  const { kind } = box.protection();
  return kind === 'os' || kind === 'passphrase';
}
