/** Makes a program a known bot: one approval request to the streamer, then a key. */
import { LIMITS } from '../../../shared/protocol.ts';
import type { ApprovalWantView } from '../../../shared/views.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { chooseScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { Activity } from '../activity/activity.ts';
import type { Deps, Peer, Pipe, Timers } from '../ports.ts';
import { randomText } from '../random-text.ts';
import { pairingAbandoned, pairingThrottled, type Result, success } from '../result.ts';
import { createThrottle } from '../throttle.ts';
import type { Approvals } from './approvals.ts';
import type { Bot } from './bot.ts';
import type { Bots } from './bots.ts';
import { type Decision, decisionText, isYes, refusalOf, type Yes } from './decision.ts';
import { extendGrant, type Named, type OnceGrant } from './grants.ts';
import { peerView, programOf, UNKNOWN_PROGRAM } from './peer.ts';
import { seenAs } from './programs.ts';
import { createPromptLimiter } from './prompt-limiter.ts';
import { createSharedPairings } from './shared-pairing.ts';
import { similarlyNamed, similarNameViews } from './similar-names.ts';

/** What a program says of itself when it asks to be paired. */
export interface PairingRequest {
  name: string;
  reason?: string | undefined;
  /** Exactly one of `user` and `intent` is set. */
  wants?:
    | { user?: string | undefined; intent?: string | undefined; scopes?: string[][] | undefined }[]
    | undefined;
}
/** A bot that has just been paired, and what it may have once. */
export interface Paired {
  bot: Bot;
  once: OnceGrant[];
}
/** Asks the streamer to let a program in; resolves with a refusal or with a bot that has a key. */
export type Pair = (
  request: PairingRequest,
  pipe: Pick<Pipe, 'peer' | 'fingerprint'>,
  gone: AbortSignal,
) => Promise<Result<Paired>>;

/** What pairing works with. `notifyOnce` tells the streamer, and never so often that it pesters her. */
export interface PairingServices {
  deps: Pick<Deps, 'clock' | 'timers' | 'random'>;
  accounts: Accounts;
  activity: Activity;
  approvals: Approvals;
  bots: Bots;
  notifyOnce(text: string): void;
}

/** One approval request an attempt; equal ones are merged by `approvals`. */
export function createPairing(services: PairingServices): Pair {
  const { deps, accounts, approvals, bots } = services;
  const limiter = createPromptLimiter(deps.clock, LIMITS.pairings);
  const pairings = createSharedPairings(bots);
  const record = createPairingRecord(services);
  let unknown = 0;

  return async ({ name, reason = '', wants: wanted = [] }, { peer, fingerprint }, gone) => {
    const program = programOf(peer);
    const retryAfterMs = limiter.refusedForMs(program);
    if (retryAfterMs > 0) {
      record.throttled(name, peer);
      return pairingThrottled(retryAfterMs);
    }
    const wants = wantViews(accounts, wanted);
    unknown += 1;
    const decision = await approvals.ask(
      {
        ...{ kind: 'pair', claimedName: name, reason, peer, wants, limitedAs: program, paired: false },
        ...{ changes: [], similarNames: similarNameViews(name, bots.list(), null) },
        requester: JSON.stringify([name, program]),
        // Programs that can't be told apart must not get in on each other's yes.
        ...(program === UNKNOWN_PROGRAM && { mergeKey: String(unknown) }),
      },
      LIMITS.timeoutMs.max,
      gone,
    );
    record.decided(name, peer, wants, decision);
    if (decision.kind === 'denied' || decision.kind === 'timeout') limiter.add(program);
    if (!isYes(decision)) return refusalOf(decision);
    const bot = await pairings.join(decision.request, gone, async () => {
      await giveIntents(accounts, wants, decision);
      const seen = seenAs(peer, await inTime(deps.timers, fingerprint()));
      return grantWants(services, await bots.pair(name, seen), wants, decision);
    });
    if (bot === null) return pairingAbandoned();
    const once = decision.kind === 'once' ? wants : [];
    return success({ bot, once: once.map((want) => ({ ...namedBy(want), scopes: want.scopes })) });
  };
}

async function grantWants(
  { deps, bots }: PairingServices,
  bot: Bot,
  wants: ApprovalWantView[],
  decision: Yes,
): Promise<Bot> {
  if (decision.kind === 'once') return bot;
  for (const want of wants) {
    const made = { id: randomText(deps.random, 9), at: deps.clock.now() };
    extendGrant(bot, namedBy(want), want.scopes, made);
  }
  await bots.persist();
  return bot;
}

/** What the bot wants, as the window shows it. A user nobody here is, is left out. */
function wantViews(accounts: Accounts, wants: NonNullable<PairingRequest['wants']>): ApprovalWantView[] {
  const views = new Map<string, ApprovalWantView>();
  for (const { user = null, intent = null, scopes = [] } of wants) {
    const account = accounts.find({ userId: user, intent });
    if (account === null && intent === null) continue;
    const key = intent === null ? `user ${user}` : `intent ${intent}`;
    const known = views.get(key)?.scopes ?? [];
    const chosen = chooseScopes(scopes, account?.tokens.scopes ?? []);
    const login = account?.login ?? '';
    views.set(key, {
      intent,
      account: account && { userId: account.userId, login },
      choices: account ? [] : accounts.list().map(({ userId, login }) => ({ userId, login })),
      scopes: unionScopes(known, chosen),
    });
  }
  return [...views.values()];
}

/** Gives jobs nobody had to the accounts the streamer chose. */
async function giveIntents(accounts: Accounts, wants: ApprovalWantView[], { intents }: Yes): Promise<void> {
  for (const { intent, account } of wants) {
    const userId =
      intent !== null && account === null && Object.hasOwn(intents, intent) ? intents[intent] : null;
    if (intent === null || !userId || accounts.get(userId) === null || accounts.holder(intent)) continue;
    await accounts.setIntents(userId, [...accounts.intentsOf(userId), intent]);
  }
}

/** What the record and the streamer hear of pairings; a program that asks on and on is told of once. */
function createPairingRecord({ deps, activity, bots, notifyOnce }: PairingServices) {
  const isDue = createThrottle(deps.clock, LIMITS.pairings.withinMs);
  return {
    decided(name: string, peer: Peer, wants: ApprovalWantView[], decision: Decision): void {
      const ok = isYes(decision);
      const others = similarlyNamed(name, bots.list(), null).length;
      const text = decisionText(
        others > 0 ? `${name} (another one of that name)` : name,
        'Castkey',
        decision,
      );
      if (decision.kind === 'remembered' && !isDue(JSON.stringify([name, programOf(peer)]))) return;
      const scopes = wants.flatMap((want) => want.scopes);
      activity.add('pairing', text, { bot: name, scopes, ok, peer: peerView(name, false, peer) });
    },
    throttled(name: string, peer: Peer): void {
      if (!isDue(`throttled ${programOf(peer)}`)) return;
      const view = peerView(name, false, peer);
      activity.add('pairing', `${name} ${THROTTLED}`, { bot: name, ok: false, peer: view });
      const program = peer.script ?? peer.program ?? 'unknown';
      notifyOnce(`A program that isn’t paired (${program}) ${THROTTLED}.`);
    },
  };
}

const THROTTLED = 'keeps asking to be let in after you said no; Castkey asks you no more for some minutes';
/** So long a pairing waits for a large program to be read. */
const MAX_READ_MS = 10_000;

/** What comes in time, or null. */
function inTime<T>(timers: Timers, coming: Promise<T>): Promise<T | null> {
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
