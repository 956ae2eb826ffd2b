/** One question to the streamer: what it says, worked out anew whenever it counts, and a digest to compare. */
import { createHash } from 'node:crypto';
import type { ApprovalChoice } from '../../../shared/ipc.ts';
import type {
  ApprovalApplicationView,
  ApprovalView,
  ApprovalWantView,
} from '../../../shared/prompt-views.ts';
import type { ProgramChangeView } from '../../../shared/views.ts';
import type { Peer, Pipe } from '../ports.ts';
import { authorityClaims } from './authority-claims.ts';
import { doubtsOf, peerChanged } from './peer.ts';

/** What the streamer is asked about a bot. */
export interface ApprovalRequest {
  kind: ApprovalView['kind'];
  /** Who asks, for merging and for remembering a denial: a pairing key, or name and program. */
  requester: string;
  /**
   * What it asks for, in its own words and as JSON. A denial is remembered by it, never by what is known
   * here: what a stranger hears must not depend on the accounts there are.
   */
  asked: unknown;
  /** Which process asks: equal requests of two are two questions, so that one yes lets in one program. */
  process: string;
  /** Whose place in the queue it takes: a pairing key, or the program. */
  limitedAs: string;
  /** Paired bots go ahead of programs that aren't. */
  paired: boolean;
  claimedName: string;
  reason: string;
  /** She is told of it by a notification, and opens its window herself. */
  quietly: boolean;
  /** As it was when it connected. */
  peer: Peer;
  lookAgain: Pipe['lookAgain'];
  changes: ProgramChangeView[];
  /** It asks for another program, which isn't seen yet. */
  introduces?: boolean;
  /** The Twitch application its tokens will be of; null where that is nothing new. */
  application(): ApprovalApplicationView | null;
  /** What it would get by now, with what its account's token can do by now. */
  wants(): ApprovalWantView[];
  similarNames(): ApprovalView['similarNames'];
}

/** The part of a view that a yes is about. */
export type ApprovalContent = Omit<
  ApprovalView,
  | 'id'
  | 'digest'
  | 'habit'
  | 'notTwitch'
  | 'again'
  | 'answerable'
  | 'expiresAt'
  | 'waiting'
  | 'sameNameWaiting'
>;

/** Whether an answer makes sense: a change of the program is taken as hers or not, and what gives nothing has no end. */
export function isOffered(choice: ApprovalChoice, { kind, wants }: ApprovalContent): boolean {
  const ends = choice === 'until-stream-ends' || choice === 'for-8-hours';
  return !ends || (kind !== 'changed' && wants.length > 0);
}

/** Which process a connection is of; one that the system tells nothing of counts as a process of its own. */
export function processOf(peer: Peer, connection: object): string {
  if (peer.pid !== null) return JSON.stringify([peer.pid, peer.run]);
  if (!unknownProcesses.has(connection)) {
    unknown += 1;
    unknownProcesses.set(connection, `unknown ${unknown}`);
  }
  return unknownProcesses.get(connection) ?? '';
}

const unknownProcesses = new WeakMap<object, string>();
let unknown = 0;

/** What the question says as of now, the program as it was at the last look. */
export function contentOf(request: ApprovalRequest, seen: Peer): ApprovalContent {
  const { kind, claimedName, reason, peer, changes, introduces = false } = request;
  const { pid, program, script, parent, interpreter, relay } = seen;
  return {
    kind,
    claimedName,
    reason,
    claims: authorityClaims(`${claimedName}\n${reason}`),
    peer: { pid, program, script, parent },
    doubts: doubtsOf(seen),
    otherProgram: peerChanged(peer, seen),
    interpreter,
    remote: relay,
    changes,
    introduces,
    similarNames: request.similarNames(),
    application: request.application(),
    wants: request.wants(),
  };
}

/**
 * SHA-256, base64url, of a question's content: the same content has the same digest. Who started the program is
 * left out, for it may end while she reads, and she says yes to the program.
 */
export function digestOf({ peer, ...content }: ApprovalContent): string {
  const told = { ...content, peer: { ...peer, parent: null } };
  return createHash('sha256').update(JSON.stringify(told), 'utf8').digest('base64url');
}

/** Two requests are equal when the same requester asks for the same. */
export function keyOf({ kind, requester, asked }: ApprovalRequest): string {
  return JSON.stringify([kind, requester, asked]);
}

/** Where the bot names no Twitch application and there is no default, she has to choose one. */
export function isChosen(asked: ApprovalView['application'], chosen: string | null): boolean {
  return asked?.state !== 'missing' || asked.choices.some(({ clientId }) => clientId === chosen);
}

/** Client ID of the application a yes is for: her choice counts only where she was asked for one. */
export function chosenOf(asked: ApprovalView['application'], chosen: string | null): string | null {
  return asked?.state === 'missing' ? chosen : (asked?.clientId ?? null);
}
