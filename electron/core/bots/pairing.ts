/** Makes a program a known bot: one approval request to the streamer, then a key. */

import type { ApprovalWantView } from '../../../shared/prompt-views.ts';
import { type Interactive, LIMITS } from '../../../shared/protocol.ts';
import type { Activity } from '../activity/activity.ts';
import type { Clock, Peer, Pipe } from '../ports.ts';
import { approvalLocked, notPairedUnasked, pairingThrottled, type Result } from '../result.ts';
import { countdown } from '../steady-clock.ts';
import { createThrottle } from '../throttle.ts';
import type { Approvals } from './approvals.ts';
import { applicationView, hasOwnToken } from './bot-application.ts';
import { type Decision, decisionText, isYes, refusalOf } from './decision.ts';
import { createPairedBots, type PairedBotServices } from './paired-bots.ts';
import { peerView, programOf } from './peer.ts';
import { createPromptLimiter, type PromptLimiter } from './prompt-limiter.ts';
import { processOf } from './question.ts';
import { createSharedPairings, type Paired } from './shared-pairing.ts';
import { similarlyNamed, similarNameViews } from './similar-names.ts';
import { type PairingWant, pairingWants } from './wants.ts';

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

/** What pairing works with. */
export interface PairingServices extends Omit<PairedBotServices, 'clientIdFor'> {
  activity: Activity;
  approvals: Approvals;
}

/** One approval request an attempt; those of one process that are equal are merged by `approvals`. */
export function createPairing(services: PairingServices): Pair {
  const { deps, accounts, applications, approvals, bots, isLocked } = services;
  const limiter = createStrangerLimiter(deps.clock);
  const clientIdFor = (named: string | null): string | null =>
    named ?? applications.default()?.clientId ?? null;
  /** She isn't asked for a token that there can't be; while no application is chosen nobody knows. */
  const wantedOf = (wants: PairingWant[], clientId: string | null): ApprovalWantView[] =>
    pairingWants({ accounts, bots, clientId }, wants).filter(
      ({ app }) => !app || clientId === null || hasOwnToken(applications, clientId),
    );
  const pairedBots = createPairedBots({ ...services, clientIdFor });
  const pairings = createSharedPairings(pairedBots.undo);
  const record = createPairingRecord(services);

  return async (request, pipe, gone) => {
    const { name, reason = '', wants = [], introduces = false, namedClientId } = request;
    const program = programOf(pipe.peer);
    const wanted = () => wantedOf(wants, clientIdFor(namedClientId));
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
    const result = await pairings.join(decision.request, gone, () =>
      pairedBots.create(request, pipe, { ...decision, peer, remainingMs, gone }),
    );
    if (!isLocked()) return result;
    if (result.ok) await pairedBots.undo(result.value);
    return approvalLocked();
  };
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
