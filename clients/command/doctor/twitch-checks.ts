import { REDIRECT_URI } from '../../../shared/twitch-app.ts';
import type { Io } from '../io.ts';
import { type CheckedTwitch, REAL_TWITCH } from './checked-twitch.ts';
import { bad, type DoctorInput, type Finding, note, ok } from './finding.ts';
import type { Answer } from './vault-checks.ts';

/** Milliseconds Twitch may take. */
const TIMEOUT_MS = 10_000;
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
  const reply = await ask(io, `${base}/oauth2/validate`);
  if (typeof reply === 'string') return [...findings, unreachable(base, reply)];
  const now = (before + io.host.now()) / 2;
  return [...findings, reached(base, reply), ...clock(reply, now), ...(await redirect(io, base, answer))];
}

/** @returns Why there is no answer, as a code. */
export async function ask(
  io: Io,
  url: string,
  headers: Record<string, string> = {},
): Promise<Response | string> {
  try {
    return await io.fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const { name, cause } = error as { name?: string; cause?: { code?: string } };
    return cause?.code ?? name ?? 'unknown';
  }
}

function unreachable(base: string, why: string): Finding {
  const certificate = /CERT|SELF_SIGNED|SSL|TLS/.test(why);
  const advice =
    base !== REAL_TWITCH
      ? 'Start it (castkey sandbox), or unset CASTKEY_TWITCH.'
      : certificate
        ? "Check this computer's clock, and programs that look into encrypted connections."
        : 'Check the network, a firewall or a VPN. Bots keep the tokens they have meanwhile.';
  return bad('twitch', `${base} can't be reached (${why})`, advice);
}

/** Without a token `validate` answers 401: any answer below 500 shows that Twitch is there. */
function reached(base: string, { status }: Response): Finding {
  if (status < 500) return ok('twitch', `${base} answers`);
  return note('twitch', `${base} answers with ${status}`, 'Wait: Twitch itself has trouble.');
}

/** A `Date` header tells seconds (RFC 9110, 6.6.1). */
function clock({ headers }: Response, now: number): Finding[] {
  const theirs = Date.parse(headers.get('date') ?? '');
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
  const reply = await ask(io, `${base}/oauth2/authorize?${query}`);
  if (typeof reply === 'string') return [];
  const said = reply.status === 400 ? await reply.text() : (reply.headers.get('location') ?? '');
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
