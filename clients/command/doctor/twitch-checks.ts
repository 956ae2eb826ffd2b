import type { NetworkReply } from '../../../shared/network/request.ts';
import { REDIRECT_URI } from '../../../shared/twitch-app.ts';
import type { Io } from '../io.ts';
import { type CheckedTwitch, REAL_TWITCH } from './checked-twitch.ts';
import { bad, type DoctorInput, type Finding, note, ok } from './finding.ts';
import type { Answer } from './vault-checks.ts';

/** Seconds by which a clock is off that nobody need mind, and by which logins and certificates begin to fail. */
const SKEW_S = { fine: 30, bad: 300 } as const;

/** Twitch as seen from here: reachable, the same time, and content with the application. */
export async function checkTwitch(
  { io }: DoctorInput,
  { base, findings }: CheckedTwitch,
  answer: Answer | undefined,
): Promise<Finding[]> {
  if (base === undefined) return [...findings];
  const before = io.host.now();
  const reply = await io.visit(`${base}/oauth2/validate`);
  if (reply.kind === 'failure') {
    const standIn = base !== REAL_TWITCH;
    const trustedHere = standIn ? [] : await onlyHere(io, base);
    return [...findings, ...trustedHere, unreachable(base, reply, io, standIn)];
  }
  const now = (before + io.host.now()) / 2;
  return [...findings, reached(base, reply), ...clock(reply, now), ...(await redirect(io, base, answer))];
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
    const advice = 'Castkey, Settings, Applications: add it with the client ID as Twitch’s console shows it.';
    return [bad('redirect', 'Twitch does not know the client ID', advice)];
  }
  return [ok('redirect', `Twitch takes ${REDIRECT_URI}`)];
}
