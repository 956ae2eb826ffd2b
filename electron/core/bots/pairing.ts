/** Makes a stranger a known bot: one question to the streamer, then a key. */

import type { ApprovalWantView } from '../../../shared/views.ts';
import { LIMITS } from '../../../shared/wire.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { chooseScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { Activity } from '../activity.ts';
import { done, type Outcome } from '../fault.ts';
import type { Deps, PeerFacts } from '../ports.ts';
import { randomText } from '../random-text.ts';
import type { Params } from '../wire/schemas.ts';
import type { Approvals } from './approvals.ts';
import type { Bot, Bots } from './bots.ts';
import { extendGrant, type Named, type OnceGrant } from './grants.ts';
import { isYes, refusal, verdictText } from './permits.ts';

/** A bot that has just been paired, and what it may have once. */
export interface Paired {
  bot: Bot;
  once: OnceGrant[];
}
/** Asks the streamer to let a program in; resolves with a refusal or with a bot that has a key. */
export type Pair = (
  name: string,
  facts: PeerFacts,
  params: Params<'pair'>,
  gone: AbortSignal,
) => Promise<Outcome<Paired>>;

/** One question an attempt; equal ones are merged by `approvals`. */
export function createPairing(
  deps: Pick<Deps, 'clock' | 'random'>,
  accounts: Accounts,
  bots: Bots,
  approvals: Approvals,
  activity: Activity,
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

  return async (name, facts, params, gone) => {
    const wants = wantViews(params.wants ?? []);
    const { program, script, uid } = facts;
    const asker = JSON.stringify([name, uid, program, script]);
    const question = { kind: 'pair', asker, claimedName: name, reason: params.reason ?? '', facts } as const;
    const verdict = await approvals.ask({ ...question, wants }, LIMITS.timeoutMs.most, gone);
    const scopes = wants.flatMap((want) => want.scopes);
    activity.add('pairing', verdictText(name, 'Castkey', verdict), { bot: name, scopes, ok: isYes(verdict) });
    if (!isYes(verdict)) return refusal(verdict);
    await giveIntents(wants, verdict.intents);
    const bot = await bots.pair(name, script ?? program);
    if (verdict.kind === 'once') {
      return done({ bot, once: wants.map((want) => ({ ...namedBy(want), scopes: want.scopes })) });
    }
    for (const want of wants) {
      const made = { id: randomText(deps.random, 9), at: deps.clock.now() };
      extendGrant(bot, namedBy(want), want.scopes, made);
    }
    await bots.save();
    return done({ bot, once: [] });
  };
}

function namedBy({ intent, account }: ApprovalWantView): Named {
  return intent === null ? { userId: account?.userId ?? '', intent: null } : { userId: null, intent };
}
