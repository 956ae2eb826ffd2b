import { applicationName } from '../../shared/application-name.ts';
import type { SignInView } from '../../shared/prompt-views.ts';
import { quoted } from '../../shared/quoted.ts';
import { listed } from '../format/phrases.ts';
import { safeText } from '../format/safe-text.ts';

/** Who the sign-in is for: "Sign in as luna_streams". */
export function signInTitle(view: SignInView): string {
  return view.expected ? `Sign in as ${view.expected.login}` : 'Sign in with Twitch';
}

/** Who waits for it, or no longer does, in a sentence. */
export function waitingBotsWords({ bots, stopped }: Pick<SignInView, 'bots' | 'stopped'>): string {
  if (bots.length === 0 && stopped.length > 0) return `${listed(stopped.map(safeText))} stopped waiting.`;
  if (bots.length === 0) return 'You started this yourself.';
  return `${listed(bots.map(safeText))} ${bots.length === 1 ? 'waits' : 'wait'} for it.`;
}

/** For which application it is, where that isn't plain: there are others here, or a bot waits and may have brought it. */
export function applicationWords({ application, bots }: Pick<SignInView, 'application' | 'bots'>): string {
  if (application === null || (!application.several && bots.length === 0)) return '';
  return `For the Twitch application ${safeText(applicationName(application))}. Twitch shows you the name it has there.`;
}

/** What whoever signs in gets besides; empty where it is nothing. */
export function intentWords({ intent }: Pick<SignInView, 'intent'>): string {
  return intent === null ? '' : `Whoever signs in gets the job ${quoted(safeText(intent))}.`;
}

/** A device code in groups that are easy to type: "ABCD EFGH". */
export function groupedCode(code: string): string[] {
  const plain = code.replace(/[\s-]/g, '');
  const size = plain.length % 4 === 0 ? 4 : plain.length % 3 === 0 ? 3 : 4;
  return plain.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
}

/** Names of this computer, which mean another one elsewhere. */
const LOOPBACK = /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/;

/**
 * Where to type the code on another device, without the part nobody types; null for an address that
 * only this computer can reach.
 */
export function addressElsewhere(uri: string): string | null {
  try {
    const { host, hostname, pathname } = new URL(uri);
    return LOOPBACK.test(hostname) ? null : `${host}${pathname}`;
  } catch {
    return uri;
  }
}
