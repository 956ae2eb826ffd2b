import { type Duty, fails, printsToken } from './expectations.ts';
import type { Part } from './scripted-vault.ts';

/** One run of the judged command, and what is demanded of it. */
export interface Scenario {
  readonly name: string;
  /** The key file it finds: none, its own, its own but readable by others, or one cut off. */
  readonly key: 'none' | 'own' | 'shared' | 'damaged';
  /** What the vault plays; null: nobody listens. */
  readonly part: Part | null;
  /** The vault quits when it is first asked for a token, and comes back. */
  readonly restarts?: true;
  /** Section and words of each duty. */
  readonly duties: readonly (readonly [section: string, words: string, duty: Duty])[];
}

/** One duty of a scenario. */
export type DutyRow = Scenario['duties'][number];

/** It gets its token. */
export const PRINTS: DutyRow = ['§12', 'prints the token, exits with 0', printsToken];
/** It gets none, and says so. */
export const FAILS: DutyRow = ['§12', 'fails: nothing printed, another exit code than 0', fails()];
