/** Goes through all steps at one Twitch. */
import { createCalls, type Hosts } from './calls.ts';
import { CONNECTION_STEPS } from './connection-steps.ts';
import { cleanUp, ENDING_STEPS } from './ending-steps.ts';
import { createFactSheet, type Facts } from './facts.ts';
import type { Person } from './person.ts';
import { type Session, type Step, Stop } from './session.ts';
import { LATER_SIGN_IN_STEPS, SIGN_IN_STEPS } from './sign-in-steps.ts';

export const STEPS: readonly Step[] = [
  ...SIGN_IN_STEPS,
  ...CONNECTION_STEPS,
  ...LATER_SIGN_IN_STEPS,
  ...ENDING_STEPS,
];

/** Whom and what is asked. */
export interface Subject {
  readonly hosts: Hosts;
  readonly clientId: string;
  readonly account: string;
  readonly person: Person;
  readonly patienceMs: number;
}

/** What became of a run so far. `problems`: steps that could not be gone through, in words. */
export interface Progress {
  readonly facts: Facts;
  readonly problems: readonly string[];
  readonly done: readonly string[];
}

/** `began` and `ended` hear of each step; a run that `signal` ends leaves what it has, and its login ended. */
export async function measure(
  { hosts, ...subject }: Subject,
  {
    began,
    ended,
    signal,
  }: {
    began?(step: Step): void;
    ended?(progress: Progress): Promise<void>;
    signal?: AbortSignal;
  } = {},
): Promise<Progress> {
  const sheet = createFactSheet();
  sheet.hide(subject.account);
  const session: Session = {
    ...subject,
    ...{ calls: createCalls(hosts, signal), sheet, first: [], second: [], sockets: {}, userId: '' },
  };
  const problems: string[] = [];
  const done: string[] = [];
  const progress = (): Progress => ({ facts: sheet.all(), problems: [...problems], done: [...done] });
  try {
    for (const step of STEPS) {
      if (signal?.aborted) break;
      began?.(step);
      const why = await attempt(step, session, signal);
      if (why !== null) problems.push(`${step.name}: ${why.message}`);
      if (why === null) done.push(step.name);
      await ended?.(progress());
      if (why instanceof Stop) break;
    }
    return progress();
  } finally {
    await cleanUp(createCalls(hosts), session);
  }
}

async function attempt(step: Step, session: Session, signal?: AbortSignal): Promise<Error | null> {
  const work = step.run(session, (name, value) => session.sheet.add(step.name, name, value));
  try {
    await (signal === undefined ? work : Promise.race([work, aborted(signal)]));
    return null;
  } catch (error) {
    work.catch(() => undefined); // it was left in the middle; what it has measured stays
    return error instanceof Error ? error : new Error(String(error));
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new Stop('it was stopped here'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
