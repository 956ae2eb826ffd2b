/** Makes a stranger a known bot: one question to the streamer, then a key. */

import { LIMITS } from '../../../shared/protocol.ts';
import type { ApprovalWantView } from '../../../shared/views.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { chooseScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { Activity } from '../activity/activity.ts';
import type { Deps, Peer, Pipe, Timers } from '../ports.ts';
import type { Params } from '../protocol/schemas.ts';
import { randomText } from '../random-text.ts';
import { pairingAbandoned, pairingThrottled, type Result, success } from '../result.ts';
import { createThrottle } from '../throttle.ts';
import type { Approvals, ApprovalRequest, Decision } from './approvals.ts';
import type { Bot, Bots } from './bots.ts';
import { isYes, refusalOf, decisionText } from './decision.ts';
import { extendGrant, type Named, type OnceGrant } from './grants.ts';
import { programOf, UNKNOWN_PROGRAM } from './peer.ts';
import { peerView } from './peer-view.ts';
import { seenAs } from './programs.ts';
import { createPromptLimiter } from './prompt-limiter.ts';
import { createSharedPairings } from './shared-pairing.ts';
import { similarNameViews, similarlyNamed } from './similar-names.ts';

/** A bot that has just been paired, and what it may have once. */
export interface Paired {
  bot: Bot;
  once: OnceGrant[];
}
/** Asks the streamer to let a program in; resolves with a refusalOf or with a bot that has a key. */
export type Pair = (
  name: string,
  pipe: Pick<Pipe, 'peer' | 'fingerprint'>,
  params: Params<'pair'>,
  gone: AbortSignal,
) => Promise<Result<Paired>>;

/** One question an attempt; equal ones are merged by `approvals`. */
export function createPairing(
  deps: Pick<Deps, 'clock' | 'timers' | 'random'>,
  accounts: Accounts,
  bots: Bots,
  approvals: Approvals,
  activity: Activity,
  tellOnce: (text: string) => void,
): Pair {
  /** What the bot wants, as the window shows it. A user nobody here is, is left out. */
  function wantViews(wants: NonNullable<Params<'pair'>['wants']>): ApprovalWantView[] {
    const views = new Map<string, ApprovalWantView>();
    for (const { user, intent = null, scopes = [] } of wants) {
      const account = intent === null ? accounts.get(user ?? '') : accounts.holder(intent);
      if (account === null && intent === null) continue;
      const key = intent === null ? `user ${user}` : `intent ${intent}`;
      const known = views.get(key)?.scopes ?? [];
      const chosen = chooseScopes(scopes, account?.tokens.scopes ?? []);
      const login = account?.login ?? '';
      views.set(key, {
        intent,
        account: account && { userId: account.userId, login, displayName: login },
        choices: account ? [] : accounts.list().map(({ userId, login }) => ({ userId, login })),
        scopes: unionScopes(known, chosen),
      });
    }
    return [...views.values()];
  }

  /** Gives jobs nobody had to the accounts the streamer chose. */
  async function giveIntents(wants: ApprovalWantView[], chosen: Record<string, string>): Promise<void> {
    for (const { intent, account } of wants) {
      const userId =
        intent !== null && account === null && Object.hasOwn(chosen, intent) ? chosen[intent] : null;
      if (intent === null || !userId || accounts.get(userId) === null || accounts.holder(intent)) continue;
      await accounts.setIntents(userId, [...accounts.intentsOf(userId), intent]);
    }
  }

  const refused = createPromptLimiter(deps.clock, LIMITS.pairings);
  const births = createSharedPairings(bots);
  const seldom = createThrottle(deps.clock, LIMITS.pairings.withinMs);
  let unknown = 0;

  function record(name: string, facts: Peer, scopes: string[], verdict: Decision): void {
    const ok = isYes(verdict);
    const others = similarlyNamed(name, bots.list(), null).length;
    const text = decisionText(others > 0 ? `${name} (another one of that name)` : name, 'Castkey', verdict);
    if (verdict.kind === 'remembered' && !seldom(JSON.stringify([name, programOf(facts)]))) return;
    activity.add('pairing', text, { bot: name, scopes, ok, peer: peerView(name, false, facts) });
  }

  return async (name, { peer: facts, fingerprint }, params, gone) => {
    const source = programOf(facts);
    const retryAfterMs = refused.barredFor(source);
    if (retryAfterMs > 0) {
      const peer = peerView(name, false, facts);
      if (seldom(`barred ${source}`)) {
        activity.add('pairing', `${name} ${BARRED}`, { bot: name, ok: false, peer });
        tellOnce(`A program that isn’t paired (${facts.script ?? facts.program ?? 'unknown'}) ${BARRED}.`);
      }
      return pairingThrottled(retryAfterMs);
    }
    const wants = wantViews(params.wants ?? []);
    unknown += 1;
    const question: ApprovalRequest = {
      ...{ kind: 'pair', claimedName: name, reason: params.reason ?? '', facts, wants, source },
      ...{ paired: false, changes: [], similarNames: similarNameViews(name, bots.list(), null) },
      from: JSON.stringify([name, source]),
      // Programs that can't be told apart must not get in on each other's yes.
      ...(source === UNKNOWN_PROGRAM && { apart: String(unknown) }),
    };
    const verdict = await approvals.ask(question, LIMITS.timeoutMs.max, gone);
    record(
      name,
      facts,
      wants.flatMap((want) => want.scopes),
      verdict,
    );
    if (verdict.kind === 'denied' || verdict.kind === 'timeout') refused.add(source);
    if (!isYes(verdict)) return refusalOf(verdict);
    const bot = await births.take(verdict.question, gone, async () => {
      await giveIntents(wants, verdict.intents);
      const born = await bots.pair(name, seenAs(facts, await soon(deps.timers, fingerprint())));
      if (verdict.kind === 'once') return born;
      for (const want of wants) {
        const made = { id: randomText(deps.random, 9), at: deps.clock.now() };
        extendGrant(born, namedBy(want), want.scopes, made);
      }
      await bots.keep();
      return born;
    });
    if (bot === null) return pairingAbandoned();
    const once = verdict.kind === 'once' ? wants : [];
    return success({ bot, once: once.map((want) => ({ ...namedBy(want), scopes: want.scopes })) });
  };
}

const BARRED = 'keeps asking to be let in after you said no; Castkey asks you no more for some minutes';
/** So long a pairing waits for a large program to be read. */
const MAX_READ_MS = 10_000;

/** What comes in time, or null. */
function soon<T>(timers: Timers, coming: Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    const cancel = timers.after(MAX_READ_MS, () => resolve(null));
    void coming.then((value) => {
      cancel();
      resolve(value);
    });
  });
}

function namedBy({ intent, account }: ApprovalWantView): Named {
  return intent === null ? { userId: account?.userId ?? '', intent: null } : { userId: null, intent };
}
