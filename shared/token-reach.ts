/** What a yes really gives: Twitch can't narrow a token, so a bot gets all that the account's token can do. */

import { NEW_ACCOUNT } from './ipc.ts';
import type { ApprovalWantView } from './prompt-views.ts';
import { scopeInfo } from './scopes.ts';

/** A scope of the token a bot would get. */
export interface ReachedScope {
  scope: string;
  /** The bot asked for it; others it gets along with them. */
  asked: boolean;
  /** The account's token has it already; else Twitch asks her when the bot first needs it. */
  granted: boolean;
}

/** Whether a scope touches secrets, people's rights or what can't be undone; one nobody knows does. */
export function isDangerous(scope: string): boolean {
  return scopeInfo(scope).risk === 'careful';
}

/**
 * All that the token can do which a want is about, asked for or not. `chosen` is the ID of the user that an
 * intent nobody has is given to, or `NEW_ACCOUNT`; without one it may become the token of any of the choices. A yes gives nothing of
 * a user who isn't here.
 */
export function reachOf(want: ApprovalWantView, chosen?: string): ReachedScope[] {
  if (want.app || want.absentUser !== null) return [];
  const choice = want.choices.find(({ userId }) => userId === chosen);
  const anybody = chosen === NEW_ACCOUNT ? [] : want.choices.flatMap((one) => one.granted);
  const possible = choice?.granted ?? anybody;
  const granted = new Set(want.account === null ? possible : want.granted);
  const asked = new Set(want.scopes);
  return [...new Set([...asked, ...granted])].map((scope) => ({
    scope,
    asked: asked.has(scope),
    granted: granted.has(scope),
  }));
}

/**
 * Whether a yes to these wants gives away something dangerous. `intents` is her choice: intent → user ID. An application's own token
 * always is: it has no scopes, and chats as every account that let the application do so, now or later.
 */
export function isDangerousYes(
  wants: readonly ApprovalWantView[],
  intents: Readonly<Record<string, string>>,
): boolean {
  return wants.some((want) => {
    if (want.app) return true;
    const chosen = want.intent !== null && Object.hasOwn(intents, want.intent) ? intents[want.intent] : '';
    return reachOf(want, chosen).some(({ scope }) => isDangerous(scope));
  });
}
