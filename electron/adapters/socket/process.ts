import type { Reading } from './process-info.ts';

/** What the system knows of a process; null where it doesn't say. */
export interface ProcessFacts extends Reading {
  program: string | null;
  parent: string | null;
}
/** A process as it was when it connected. */
export interface Process {
  facts: ProcessFacts;
  /** SHA-256 of what it runs: its script if it is an interpreter, else its program. */
  fingerprint(): Promise<string | null>;
}

/** Where nothing is known. */
export const UNKNOWN: ProcessFacts = {
  program: null,
  script: null,
  parent: null,
  interpreter: false,
  relay: false,
};
/** A process that is gone, or that is none of our business. */
export const GONE: Process = { facts: UNKNOWN, fingerprint: async () => null };
