/** The questions that wait for the streamer, the one she is asked first. */

import type { ApprovalView } from '../../../shared/prompt-views.ts';
import { LIMITS } from '../../../shared/protocol.ts';
import type { Peer, Pipe } from '../ports.ts';
import { looksLike } from './confusable-names.ts';
import type { Decision } from './decision.ts';
import { doubtsOf, peerChanged } from './peer.ts';
import type { Picture } from './picture.ts';
import { type ApprovalRequest, contentOf, digestOf, keyOf } from './question.ts';

/** More waiting requests than this are refused as `busy`, unseen: a flood must not hide a real one. */
const MAX_QUEUE = 20;

/** A question that waits for her, and those who wait for the answer. */
export interface Waiting {
  key: string;
  request: ApprovalRequest;
  /** The program as of the last look. */
  seen: Peer;
  picture: Picture | null;
  /** It was shown before, and what it says has changed since. */
  again: boolean;
  /** No window comes up for it until she opens it. */
  quiet: boolean;
  /** She does something else first, without which it can't be answered. */
  aside: boolean;
  /** Its window was lost once already. */
  lost: boolean;
  /** Who waits for the answer, and how its connection is looked at again. */
  waiters: Map<(decision: Decision) => void, Pipe['lookAgain']>;
}
/** The one she is asked. */
export type Shown = Waiting & { picture: Picture };

/** A question that nobody waits for yet. */
export function newlyWaiting(key: string, request: ApprovalRequest, seen: Peer, quiet: boolean): Waiting {
  const fresh = { picture: null, again: false, aside: false, lost: false };
  return { key, request, seen, quiet, ...fresh, waiters: new Map() };
}

/** The question that is shown. */
export function firstShown([first]: readonly Waiting[]): Shown | null {
  return first && isShown(first) ? first : null;
}

const isShown = (waiting: Waiting): waiting is Shown => waiting.picture !== null;

/**
 * Puts a question in its place: those that come without a window go last, and paired bots ahead, but what is shown must not
 * change under her hand.
 */
export function insert(queue: Waiting[], waiting: Waiting): void {
  const after = queue.findIndex((other) => !isShown(other) && rank(other) > rank(waiting));
  queue.splice(after >= 0 ? after : queue.length, 0, waiting);
}

const rank = ({ quiet, request }: Waiting): number => (quiet ? 2 : 0) + (request.paired ? 0 : 1);

/** A window may come up for them from now on. */
export function makeLoud(queue: Waiting[], quiet: readonly Waiting[]): void {
  for (const waiting of quiet) {
    queue.splice(queue.indexOf(waiting), 1);
    insert(queue, Object.assign(waiting, { quiet: false, aside: false }));
  }
}

/** No window comes up for it until she opens it. */
export function makeQuiet(queue: Waiting[], waiting: Waiting): void {
  queue.splice(queue.indexOf(waiting), 1);
  insert(queue, Object.assign(waiting, { quiet: true }));
}

/** Whether there is room for one more; a paired bot's request takes the place of another program's, which is given. */
export function roomFor(
  queue: readonly Waiting[],
  { limitedAs, paired }: ApprovalRequest,
): 'enough' | 'none' | Waiting {
  if (queue.filter(({ request }) => request.limitedAs === limitedAs).length >= LIMITS.questions)
    return 'none';
  if (queue.length < MAX_QUEUE) return 'enough';
  const last = queue.at(-1);
  return !paired || last === undefined || last.request.paired || isShown(last) ? 'none' : last;
}

/** What the window shows of a question. */
export function viewOf(
  { picture, request, again }: Shown,
  queue: readonly Waiting[],
  { notTwitch, habit }: Pick<ApprovalView, 'notTwitch' | 'habit'>,
): ApprovalView {
  const { content, id, digest, answerable, expiresAt } = picture;
  const others = queue.filter((other) => other.request !== request && !other.quiet);
  const rivals = others.filter(
    (other) =>
      other.request.process !== request.process && looksLike(other.request.claimedName, request.claimedName),
  );
  const counts = { waiting: others.length, sameNameWaiting: rivals.length };
  const state = { answerable: answerable(), expiresAt: expiresAt(), again, notTwitch, habit };
  return { ...content, ...counts, ...state, id, digest };
}

/** By a connection that still waits, for the one that asked first may have ended. */
export async function look(waiting: Waiting): Promise<void> {
  const [lookAgain = waiting.request.lookAgain] = waiting.waiters.values();
  waiting.seen = await lookAgain();
}

/** Whether it is still the program that connected. */
export const isSameProgram = ({ request, seen }: Waiting): boolean => !peerChanged(request.peer, seen);

/** Equal requests of one process share a window, if nothing speaks against its being the same program. */
export const isSame = (waiting: Waiting, request: ApprovalRequest, seen: Peer): boolean =>
  waiting.key === keyOf(request) &&
  waiting.request.process === request.process &&
  !peerChanged(request.peer, seen) &&
  String(doubtsOf(waiting.seen)) === String(doubtsOf(seen));

/** Whether a yes would still give what the picture says. */
export const isStillSo = ({ picture, request, seen }: Shown): boolean =>
  digestOf(contentOf(request, seen)) === picture.digest;
