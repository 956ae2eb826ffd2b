/** One try at getting tokens by the streamer's own hand: device code, and authorization code beside it. */
import { REDIRECT_URI } from '../../../shared/twitch-app.ts';
import type { TwitchApplication } from '../applications/application.ts';
import { applicationRefused } from '../applications/failures.ts';
import type { Deps } from '../ports.ts';
import { randomText } from '../random-text.ts';
import { type Failed, requestRejected, UNREACHABLE } from '../result.ts';
import { Secret, sameText } from '../secret.ts';
import type { DeviceCode, TokenPair, Twitch } from '../twitch/endpoints.ts';
import type { TwitchReply } from '../twitch/reply.ts';
import { codePage } from './code-page.ts';

/** What a flow tells whoever started it. After `tokens`, `denied` or `refused` it says no more. */
export interface FlowListener {
  /** The device code is there (or a new one, after the old one ran out). */
  ready(code: DeviceCode): void;
  /** `way`: the page in the window came back with them, or the device code did, wherever it was typed. */
  tokens(pair: TokenPair, way: 'redirect' | 'code'): void;
  denied(): void;
  /** Twitch refuses the application (`setup`) or what is asked for; nothing done in this window helps. */
  refused(why: Failed): void;
  /** A passing trouble; the flow goes on by itself. */
  trouble(text: string): void;
}

/** A try that is under way. */
export interface SignInFlow {
  readonly scopes: readonly string[];
  /** What to show inside the window: Twitch's page for a code, or its consent page. */
  page(): { url: string; redirectUri: string | null } | null;
  /** The page that takes the device code, with the code: for this window and the clipboard only. */
  link(): string | null;
  /** The same page without the code: what may stand on a command line. */
  codePage(): string | null;
  /** The Twitch page went to the redirect URI. */
  redirected(url: string): void;
  stop(): void;
}

/** Twitch's words while nobody has decided yet. */
const PENDING = /authorization_pending|slow_down/i;
/** Undocumented at Twitch; what RFC 8628 and other servers say when the person refuses. */
const DECLINED = /declined|denied/i;
/** What is asked for doesn't exist ("invalid scope requested: 'chat:reed'"): no way of signing in can bring it. */
const SCOPE = /scope/i;
/** So many "invalid device code" in a row mean the code is gone (twitchdev/issues#971: one means nothing). */
const INVALID_IN_A_ROW = 3;

/** For which application, and with which scopes. */
export interface FlowRequest {
  deps: Pick<Deps, 'timers' | 'random'>;
  twitch: Twitch;
  app: TwitchApplication;
  scopes: readonly string[];
}

/**
 * Asks Twitch for a device code at once and polls with it; a code flow runs beside it when the page is
 * shown.
 */
export function startFlow({ deps, twitch, app, scopes }: FlowRequest, listener: FlowListener): SignInFlow {
  const state = randomText(deps.random, 24);
  let device: DeviceCode | null = null;
  let over = false;
  let invalid = 0;
  let exchanging = false;
  let cancel: () => void = () => undefined;

  const end = (tell: () => void): void => {
    if (over) return;
    over = true;
    cancel();
    tell();
  };
  const later = (ms: number, run: () => Promise<void>): void => {
    if (!over) cancel = deps.timers.after(ms, () => void run());
  };

  async function begin(): Promise<void> {
    const reply = await twitch.startDevice(app, scopes);
    if (over) return;
    if (reply.kind === 'ok') {
      device = reply.value;
      invalid = 0;
      listener.ready(device);
      later(device.interval * 1000, () => poll(reply.value, reply.value.expiresIn * 1000));
    } else if (reply.kind === 'transient') {
      const why = reply.blame === undefined ? ' at the moment.' : `. ${reply.blame}`;
      listener.trouble(`${UNREACHABLE}${why} Castkey keeps trying.`);
      later(3_000, begin);
    } else if (app.kind === 'confidential' && !SCOPE.test(reply.message)) {
      // The consent page inside the window needs no device code, so that way stays open.
      listener.trouble(`Your browser can’t be used for this (${reply.message}). Sign in here instead.`);
    } else end(() => listener.refused(refusalOf(reply)));
  }

  async function poll(code: DeviceCode, leftMs: number): Promise<void> {
    const reply = await twitch.pollDevice(app, code.deviceCode, scopes);
    if (over || exchanging) return;
    if (reply.kind === 'ok') return end(() => listener.tokens(reply.value, 'code'));
    if (reply.kind === 'setup') return end(() => listener.refused(applicationRefused(reply.message)));
    if (reply.kind === 'rejected' && DECLINED.test(reply.message)) return end(() => listener.denied());
    invalid = reply.kind === 'rejected' && /invalid device code/i.test(reply.message) ? invalid + 1 : 0;
    const wait = (code.interval + (saysSlowDown(reply) ? 5 : 0)) * 1000;
    if (invalid >= INVALID_IN_A_ROW || leftMs - wait <= 0) return begin();
    later(wait, () => poll(code, leftMs - wait));
  }

  async function exchange(code: Secret): Promise<void> {
    exchanging = true;
    cancel();
    const reply = await twitch.exchangeCode(app, code, REDIRECT_URI);
    if (over) return;
    exchanging = false;
    if (reply.kind === 'ok') return end(() => listener.tokens(reply.value, 'redirect'));
    if (reply.kind === 'setup') return end(() => listener.refused(applicationRefused(reply.message)));
    listener.trouble('Twitch did not finish the sign-in. Please try again.');
    later(0, begin);
  }

  void begin();
  return {
    scopes,
    page() {
      if (app.kind === 'public') return device && { url: device.verificationUri, redirectUri: null };
      const url = twitch.authorizeUrl(app, REDIRECT_URI, scopes, state);
      return { url, redirectUri: REDIRECT_URI };
    },
    link: () => device?.verificationUri ?? null,
    codePage: () => device && codePage(device),
    redirected(url) {
      const answer = readRedirect(url, state);
      if (over || exchanging || answer.kind === 'foreign') return;
      if (answer.kind === 'denied') end(() => listener.denied());
      else if (answer.kind === 'failed') end(() => listener.refused(answer.why));
      else void exchange(answer.code);
    },
    stop: () => end(() => undefined),
  };
}

/** A rejected device request speaks of what was asked for, e.g. a scope that doesn't exist. */
function refusalOf({ kind, message }: { kind: 'setup' | 'rejected'; message: string }): Failed {
  return kind === 'setup' ? applicationRefused(message) : requestRejected(message);
}

function saysSlowDown(reply: TwitchReply<TokenPair>): boolean {
  return reply.kind === 'rejected' && PENDING.test(reply.message) && /slow_down/i.test(reply.message);
}

type Redirect =
  | { kind: 'code'; code: Secret }
  | { kind: 'denied' }
  | { kind: 'failed'; why: Failed }
  /** Not an answer to this flow: its `state` is another one (RFC 9700 section 2.1, CSRF). */
  | { kind: 'foreign' };

function readRedirect(url: string, state: string): Redirect {
  const query = new URL(url).searchParams;
  const error = query.get('error');
  // Twitch sends redirect_mismatch to the first registered address, at times without a state.
  if (error === 'redirect_mismatch') return { kind: 'failed', why: applicationRefused(error) };
  if (!sameText(query.get('state') ?? '', state)) return { kind: 'foreign' };
  if (error === 'access_denied') return { kind: 'denied' };
  const code = query.get('code');
  if (error !== null || !code) {
    return { kind: 'failed', why: requestRejected(error?.slice(0, 100) ?? 'no code') };
  }
  return { kind: 'code', code: new Secret(code) };
}
