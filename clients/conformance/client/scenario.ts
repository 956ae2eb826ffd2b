import { type Expectation, fails, printsToken } from './expectations.ts';
import type { VaultScript } from './scripted-vault.ts';

/** One run of the judged command, and what is demanded of it. */
export interface Scenario {
  readonly name: string;
  /** The key file it finds: none, its own, its own but readable by others, or one cut off. */
  readonly key: 'none' | 'own' | 'shared' | 'damaged';
  /** How the vault answers; null: nobody listens. */
  readonly script: VaultScript | null;
  /** The vault quits when it is first asked for a token, and comes back. */
  readonly restarts?: true;
  /** Section and words of each expectation. */
  readonly expectations: readonly (readonly [section: string, words: string, expectation: Expectation])[];
}

/** One expectation of a scenario. */
export type ExpectationRow = Scenario['expectations'][number];

/** It gets its token. */
export const PRINTS: ExpectationRow = ['§12', 'prints the token, exits with 0', printsToken];
/** It gets none, and says so. */
export const FAILS: ExpectationRow = ['§12', 'fails: nothing printed, another exit code than 0', fails()];
