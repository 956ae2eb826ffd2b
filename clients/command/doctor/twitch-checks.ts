import type { NetworkReply } from '../../../shared/network/request.ts';
import { REDIRECT_URI } from '../../../shared/twitch-app.ts';
import type { Io } from '../io.ts';
import { bad, type DoctorInput, type Finding, note, ok } from './finding.ts';
import type { Answer } from './vault-checks.ts';

/** Seconds by which a clock is off that nobody need mind, and by which logins and certificates begin to fail. */
const SKEW_S = { fine: 30, bad: 300 } as const;
const REAL_TWITCH = 'https://id.twitch.tv';
/** As Castkey itself reads it. */
const STAND_IN = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):[1-9]\d{0,4}\/?$/;

/** Twitch as seen from here: reachable, the same time, and content with the application. */
export async function checkTwitch({ io }: DoctorInput, answer: Answer | undefined): Promise<Finding[]> {
  const standIn = io.host.env.CASTKEY_TWITCH;
  if (standIn && !STAND_IN.test(standIn)) {
    const advice = 'Set it to http://127.0.0.1:PORT, or unset it.';
    return [bad('twitch', `CASTKEY_TWITCH is no stand-in on this computer: "${standIn}"`, advice)];
  }
  // The real Twitch says nothing about a stand-in, and knows neither its application nor its clock.
  if (!standIn && answer?.status.vault?.twitch === 'stand-in') return [otherTwitch()];
  const base = (standIn || REAL_TWITCH).replace(/\/$/, '');
  const differs = whichTwitch(standIn, answer);
  const before = io.host.now();
  const reply = await io.visit(`${base}/oauth2/validate`);
  if (reply.kind === 'failure') {
    const trustedHere = standIn ? [] : await onlyHere(io, base);
    return [...differs, ...trustedHere, unreachable(base, reply, io, Boolean(standIn))];
  }
  const now = (before + io.host.now()) / 2;
  return [...differs, reached(base, reply), ...clock(reply, now), ...(await redirect(io, base, answer))];
}

function whichTwitch(standIn: string | undefined, answer: Answer | undefined): Finding[] {
  if (answer?.status.vault?.twitch !== 'real' || !standIn) return [];
  const advice = 'Start both with CASTKEY_TWITCH, or neither.';
  return [note('twitch', 'CASTKEY_TWITCH is set here, but Castkey works with the real Twitch', advice)];
}

function otherTwitch(): Finding {
  const advice =
    "To have it looked at: set CASTKEY_TWITCH to its address, as Castkey's banner shows it. " +
    'For real accounts: Settings in Castkey, or start it without CASTKEY_TWITCH and --sandbox.';
  return note('twitch', 'Castkey works with a stand-in, not with Twitch', advice);
}

type Answered = Extract<NetworkReply, { kind: 'answer' }>;
type Failure = Extract<NetworkReply, { kind: 'failure' }>;

/** Programs follow these as they like; the vault takes no certificate authority from a variable. */
const TRUST_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'] as const;

/** Why other programs may well get through where Castkey doesn't. */
async function onlyHere(io: Io, base: string): Promise<Finding[]> {
  const named = TRUST_VARIABLES.filter((name) => io.host.env[name]);
  if (named.length === 0) return [];
  const files = named.map((name) => io.host.env[name] ?? '');
  const reply = await io.visit(`${base}/oauth2/validate`, { trusted: files });
  if (reply.kind === 'failure') return [];
  const advice =
    'Install that certificate in the system: Castkey trusts what the system trusts, nothing else.';
  return [bad('trust', `Twitch's certificate holds only by ${named.join(' and ')}`, advice)];
}

function unreachable(base: string, failure: Failure, io: Io, standIn: boolean): Finding {
  const what = `${base} can't be reached (${failure.cause})`;
  if (standIn) return bad('twitch', what, 'Start it (castkey sandbox), or unset CASTKEY_TWITCH.');
  if (failure.advice !== undefined) return bad('twitch', what, failure.advice);
  if (/SSL|TLS/.test(failure.cause)) {
    return bad('twitch', what, 'Check programs, and networks, that look into encrypted connections.');
  }
  const proxied = Object.keys(io.host.env).some((name) => /^(?:https|all)_proxy$/i.test(name));
  const proxy = proxied
    ? ''
    : ' If a proxy leads out: Castkey takes it from the system, this command from HTTPS_PROXY alone.';
  const advice = `Check the network, a firewall or a VPN. Bots keep the tokens they have meanwhile.${proxy}`;
  return bad('twitch', what, advice);
}

/** Without a token `validate` answers 401: any answer below 500 shows that Twitch is there. */
function reached(base: string, { status }: Answered): Finding {
  if (status < 500) return ok('twitch', `${base} answers`);
  return note('twitch', `${base} answers with ${status}`, 'Wait: Twitch itself has trouble.');
}

/** A `Date` header tells seconds (RFC 9110, 6.6.1). */
function clock({ header }: Answered, now: number): Finding[] {
  const theirs = Date.parse(header('date') ?? '');
  if (Number.isNaN(theirs)) return [];
  const off = Math.round((now - theirs) / 1000);
  if (Math.abs(off) <= SKEW_S.fine) return [ok('clock', "this computer's clock agrees with Twitch's")];
  const what = `this computer's clock is ${Math.abs(off)} s ${off > 0 ? 'ahead' : 'behind'}`;
  const advice = 'Let the system set its time by itself. A wrong clock makes tokens look fresh or stale.';
  return [(Math.abs(off) > SKEW_S.bad ? bad : note)('clock', what, advice)];
}

/**
 * Asks for the consent page as a browser would, and looks only at whether Twitch minds. Confidential
 * applications alone use the redirect; public ones sign in by device code.
 */
async function redirect(io: Io, base: string, answer: Answer | undefined): Promise<Finding[]> {
  if (!answer?.hasClientSecret || answer.clientId === '') return [];
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: answer.clientId,
    redirect_uri: REDIRECT_URI,
    scope: '',
  });
  const reply = await io.visit(`${base}/oauth2/authorize?${query}`);
  if (reply.kind === 'failure') return [];
  const said = reply.status === 400 ? reply.body : (reply.header('location') ?? '');
  if (/redirect_(?:uri|mismatch)/.test(said) && /error=redirect_mismatch|does not match/.test(said)) {
    const advice = `Enter exactly ${REDIRECT_URI} as OAuth Redirect URL in Twitch's console.`;
    return [bad('redirect', 'Twitch does not know the redirect URL of Castkey', advice)];
  }
  if (/invalid client/i.test(said)) {
    const advice = 'Castkey, Settings, Change: enter the client ID as Twitch’s console shows it.';
    return [bad('redirect', 'Twitch does not know the client ID', advice)];
  }
  return [ok('redirect', `Twitch takes ${REDIRECT_URI}`)];
}
