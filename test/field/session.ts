/** One run against one Twitch: what the steps share. */
import type { Calls, Listening, Reply } from './calls.ts';
import { answerFact, type Fact, type FactSheet } from './facts.ts';
import type { Person } from './person.ts';

/** A login that a step got. */
export interface Pair {
  access: string;
  refresh: string;
}

export interface Session {
  readonly calls: Calls;
  readonly person: Person;
  readonly sheet: FactSheet;
  /** Of a public application. */
  readonly clientId: string;
  /** The login of the test account: with any other nothing is done. */
  readonly account: string;
  /** Milliseconds to watch for what Twitch does of its own accord. */
  readonly patienceMs: number;
  /** The first sign-in's tokens, the newest of it last. */
  readonly first: Pair[];
  /** The second's, with more scopes. */
  readonly second: Pair[];
  readonly sockets: { chat?: Listening; eventSub?: Listening; subscription?: string };
  userId: string;
}

/** A part of the run. `name` is in the file. */
export interface Step {
  readonly name: string;
  /** Said before it begins. */
  readonly title: string;
  run(session: Session, fact: (name: string, value: Fact) => void): Promise<void>;
}

/** What can't be gone on from: the run ends there, with what it has. */
export class Stop extends Error {}

/** The newest pair of a sign-in; the step before has failed where there is none. */
export function newest(pairs: readonly Pair[], what: string): Pair {
  const pair = pairs.at(-1);
  if (pair === undefined) throw new Error(`there is no ${what}, since an earlier step failed`);
  return pair;
}

/** Takes the tokens of a good answer, and hides them. */
export function takePair({ sheet }: Session, { status, body }: Reply): Pair | null {
  const { access_token: access, refresh_token: refresh } = (body ?? {}) as Record<string, unknown>;
  if (status !== 200 || typeof access !== 'string') return null;
  const pair = { access, refresh: typeof refresh === 'string' ? refresh : '' };
  for (const secret of [pair.access, pair.refresh]) sheet.hide(secret);
  return pair;
}

export const refreshWith = ({ calls, clientId }: Session, { refresh }: Pair): Promise<Reply> =>
  calls.post('token', { client_id: clientId, grant_type: 'refresh_token', refresh_token: refresh });

/** Whether Twitch says that an access token is good, asked until it isn't or patience ends. */
export async function livesOn({ calls, patienceMs }: Session, { access }: Pair): Promise<Fact> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const reply = await calls.validate(`OAuth ${access}`);
    if (reply.status !== 200) return answerFact(reply);
    if (Date.now() >= until) return 'lives on';
    await pause(Math.min(2_000, patienceMs / 4));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
