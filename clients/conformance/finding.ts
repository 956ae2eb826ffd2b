/** What one check of a judgement came to. */
export interface Finding {
  /** What is demanded, in a few words; the same in every run. */
  readonly check: string;
  /** Where docs/protocol.md demands it, as `§3`. */
  readonly section: string;
  /** `skip`: it could not be tried, for the reason in `why`. */
  readonly state: 'ok' | 'FAIL' | 'skip';
  /** What was found instead, or why it was not tried. */
  readonly why?: string;
}

/** A finding from what is wrong; `undefined` is nothing. */
export function judged(section: string, check: string, wrong: string | undefined): Finding {
  return wrong === undefined
    ? { check, section, state: 'ok' }
    : { check, section, state: 'FAIL', why: wrong };
}

/** A check that could not be tried. */
export function skipped(section: string, check: string, why: string): Finding {
  return { check, section, state: 'skip', why };
}

/** The finding on a line of its own. */
export function findingLine({ state, section, check, why }: Finding): string {
  const tail = why === undefined ? '' : state === 'skip' ? `: ${why}` : `\n        found: ${why}`;
  return `${state.padEnd(4)}  ${section.padEnd(4)} ${check}${tail}\n`;
}

/** The last line: how many of each. */
export function summaryLine(findings: readonly Finding[]): string {
  const count = (state: Finding['state']): number => findings.filter((one) => one.state === state).length;
  return `${count('ok')} ok, ${count('FAIL')} failed, ${count('skip')} skipped\n`;
}

/** Whether nothing failed. */
export function isSound(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state !== 'FAIL');
}
