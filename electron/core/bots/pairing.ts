/** Makes a program a known bot: one approval request to the streamer, then a key. */

import type { ApprovalWantView } from '../../../shared/prompt-views.ts';
import { type Interactive, LIMITS } from '../../../shared/protocol.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Activity } from '../activity/activity.ts';
import type { Applications } from '../applications/applications.ts';
import { inTime } from '../in-time.ts';
import type { Clock, Deps, Peer, Pipe } from '../ports.ts';
import { randomText } from '../random-text.ts';
import {
  approvalLocked,
  notPairedUnasked,
  pairingAbandoned,
  pairingThrottled,
  type Result,
  success,
} from '../result.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import { countdown } from '../steady-clock.ts';
import { createThrottle } from '../throttle.ts';
import type { Approvals } from './approvals.ts';
import type { Bot } from './bot.ts';
import { applicationView, bringApplication } from './bot-application.ts';
import type { Bots } from './bots.ts';
import { type Decision, decisionText, isLasting, isYes, refusalOf, type Yes } from './decision.ts';
import { endOf } from './grant-end.ts';
import type { GrantEndings } from './grant-endings.ts';
import { extendGrant, type Granted, type OnceGrant, onceGrants } from './grants.ts';
import { giveIntents, type PutOff } from './open-intents.ts';
import { peerView, programOf } from './peer.ts';
import { seenAs } from './programs.ts';
import { createPromptLimiter, type PromptLimiter } from './prompt-limiter.ts';
import { processOf } from './question.ts';
import { createSharedPairings, type Paired } from './shared-pairing.ts';
import { similarlyNamed, similarNameViews } from './similar-names.ts';
import { keptWants, namedBy, type PairingWant, pairingWants } from './wants.ts';

/** What a program says of itself when it asks to be paired. */
export interface PairingRequest {
  name: string;
  reason?: string | undefined;
  wants?: PairingWant[] | undefined;
  introduces?: boolean | undefined;
  /** Client ID of the Twitch application it names; null when it names none. */
  namedClientId: string | null;
  interactive: Interactive;
  timeoutMs: number;
}
/** Asks the streamer to let a program in; resolves with a refusal or with a bot that has a key. */
export type Pair = (
  request: PairingRequest,
  pipe: Pick<Pipe, 'peer' | 'fingerprint' | 'lookAgain'>,
  gone: AbortSignal,
) => Promise<Result<Paired>>;

/** What pairing works with. `notifyOnce` tells the streamer, and never so often that it pesters her. */
export interface PairingServices {
  deps: Pick<Deps, 'clock' | 'timers' | 'random'>;
  accounts: Accounts;
  activity: Activity;
  applications: Applications;
  approvals: Approvals;
  bots: Bots;
  endings: Pick<GrantEndings, 'now'>;
  putOff: PutOff;
  signIns: Pick<SignIns, 'ask'>;
  isLocked(): boolean;
  notifyOnce(text: string): void;
}

/** One approval request an attempt; those of one process that are equal are merged by `approvals`. */
export function createPairing(services: PairingServices): Pair {
  const { deps, accounts, applications, approvals, bots, isLocked, putOff } = services;
  const limiter = createStrangerLimiter(deps.clock);
  const pairings = createSharedPairings(bots);
  const record = createPairingRecord(services);

  const clientIdFor = (named: string | null): string | null =>
    named ?? applications.default()?.clientId ?? null;

  return async (request, pipe, gone) => {
    const { name, reason = '', wants = [], introduces = false, namedClientId } = request;
    const program = programOf(pipe.peer);
    const wanted = () => pairingWants({ accounts, bots, clientId: clientIdFor(namedClientId) }, wants);
    if (request.interactive === 'never') return notPairedUnasked();
    const retryAfterMs = limiter.refusedForMs(program);
    if (retryAfterMs > 0) {
      record.throttled(name, pipe.peer);
      return pairingThrottled(retryAfterMs);
    }
    const remainingMs = countdown(deps.clock, request.timeoutMs);
    const { decision, peer } = await approvals.ask(
      {
        ...{ kind: 'pair', claimedName: name, reason, limitedAs: program, paired: false },
        ...{ peer: pipe.peer, lookAgain: pipe.lookAgain },
        ...{ changes: [], introduces, requester: JSON.stringify([name, program, introduces]) },
        asked: [wants, namedClientId],
        quietly: request.interactive === 'notify',
        process: processOf(pipe.peer, pipe),
        application: () => applicationView(namedClientId, applications),
        wants: wanted,
        similarNames: () => similarNameViews(name, bots.list(), null),
      },
      remainingMs(),
      gone,
    );
    const asked = isYes(decision) ? decision.wants : wanted();
    record.decided(name, peer, asked, decision);
    if (decision.kind === 'denied' || (decision.kind === 'timeout' && decision.shown)) limiter.add(program);
    if (!isYes(decision)) return refusalOf(decision);
    const paired = await pairings.join(decision.request, gone, async () => {
      const seen = seenAs(peer, await inTime(deps.timers, pipe.fingerprint(), MAX_READ_MS));
      if (isLocked()) return null; // she locked Castkey after her yes: nothing may leave it any more
      const clientId = clientIdFor(decision.application);
      if (clientId !== null) await bringApplication(applications, clientId, name);
      const newcomers = pipe.peer.relay ? null : { clientId, bot: name, remainingMs, gone };
      const { unseen } = await giveIntents(services, decision, newcomers);
      const yes = { ...decision, wants: decision.wants.filter(({ intent }) => !unseen.has(intent ?? '')) };
      const bot = await bots.pair({ name, clientId, seen, introduces, wants: keptWants(wants) });
      for (const { intent } of decision.wants)
        if (intent !== null && accounts.holder(intent) === null) putOff.add(bot.keyId, intent);
      return {
        bot: await giveGrants(services, bot, yes),
        once: onceOf(accounts, yes, deps.clock.monotonic()),
      };
    });
    if (!isLocked()) return paired === null ? pairingAbandoned() : success(paired);
    if (paired !== null) await bots.remove(paired.bot.keyId);
    return approvalLocked();
  };
}

/** What a bot may be given of what she saw: a user who isn't here is left out. */
function givenBy({ wants }: Yes): { named: Granted; scopes: string[] }[] {
  return wants.flatMap((want) => {
    const named = namedBy(want);
    return named === null ? [] : [{ named, scopes: want.scopes }];
  });
}

/** One answer for each account she saw or chose. */
function onceOf(accounts: Accounts, { kind, wants }: Yes, now: number): OnceGrant[] {
  if (kind !== 'once') return [];
  const given = wants.flatMap<{ userId: string | null; scopes: string[] }>(
    ({ app, account, intent, scopes }) => {
      if (app) return [{ userId: null, scopes }];
      const userId = account?.userId ?? accounts.find({ userId: null, intent });
      return userId === null ? [] : [{ userId, scopes }];
    },
  );
  return onceGrants(given, now);
}

async function giveGrants({ deps, bots, endings }: PairingServices, bot: Bot, decision: Yes): Promise<Bot> {
  if (!isLasting(decision)) return bot;
  const ends = endOf(decision.kind, endings.now());
  for (const { named, scopes } of givenBy(decision)) {
    const made = { id: randomText(deps.random, 9), at: deps.clock.now(), ends };
    extendGrant(bot, named, scopes, made);
  }
  await bots.persist();
  return bot;
}

/**
 * Windows of programs that aren't paired: those of one program are counted, and all together, for a program
 * that starts itself anew under another path each time is never the same.
 */
function createStrangerLimiter(clock: Clock): PromptLimiter {
  const one = createPromptLimiter(clock, LIMITS.pairings);
  const all = createPromptLimiter(clock, LIMITS.allPairings);
  return {
    add(program) {
      one.add(program);
      all.add('');
    },
    refusedForMs: (program) => Math.max(one.refusedForMs(program), all.refusedForMs('')),
  };
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
      if (decision.kind === 'timeout' && !decision.shown && !isDue(`unseen ${programOf(peer)}`)) return;
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
