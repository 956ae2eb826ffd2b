import { sanitize } from '../../javascript/src/errors.ts';
import type { CheckedTwitch } from './checked-twitch.ts';
import { bad, type DoctorInput, type Finding, note, ok } from './finding.ts';
import type { Answer } from './vault-checks.ts';

/** Each login of this bot, as Castkey has it and as Twitch does: a token can die without Castkey. */
export async function checkLogins(
  { io }: DoctorInput,
  { base, ofVault }: CheckedTwitch,
  { status: { users }, tokens }: Answer,
): Promise<Finding> {
  const wrong = users.filter(({ state }) => state === 'setup').map(({ login }) => sanitize(login));
  if (wrong.length > 0) {
    const advice =
      'Castkey, Settings, Applications: client ID, type and secret must be those of Twitch’s console (“missing client secret” means Confidential there, Public here). Add it once more with the right ones; one that the bot brought is for its author to put right.';
    return bad('accounts', `Twitch refuses the application for ${wrong.join(', ')}`, advice);
  }
  const away = users.filter(({ state }) => state === 'needs-sign-in' || state === 'expired');
  if (away.length > 0) {
    const names = away.map(({ login }) => sanitize(login)).join(', ');
    return bad('accounts', `the login is over for ${names}`, 'Castkey, Accounts: Sign in again.');
  }
  if (users.length === 0) {
    const advice =
      'Let the bot ask for an account (castkey token --user ID), or allow it in Castkey under Bots.';
    return note('accounts', 'this bot may use no account yet', advice);
  }
  if (base === undefined || !ofVault || tokens.length < users.length)
    return ok('accounts', 'Castkey takes every login of this bot for good; Twitch was not asked');
  const answers = await Promise.all(
    tokens.map(async ({ accessToken, user }) => ({
      user,
      reply: await io.visit(`${base}/oauth2/validate`, {
        headers: { Authorization: `OAuth ${accessToken}` },
      }),
    })),
  );
  const dead = answers.filter(({ reply }) => reply.kind === 'answer' && reply.status === 401);
  if (dead.length > 0) {
    const names = dead.map(({ user }) => sanitize(user.login)).join(', ');
    const again = dead
      .map(({ user }) => `castkey token --user ${sanitize(user.userId)} --refresh`)
      .join('; ');
    const advice = `Have it renewed: ${again}. If that fails, the login is over: Castkey, Accounts, Sign in again.`;
    return bad('accounts', `Twitch no longer takes the token of ${names}`, advice);
  }
  if (answers.some(({ reply }) => reply.kind === 'failure' || reply.status !== 200))
    return ok('accounts', 'Castkey takes every login of this bot for good; Twitch could not be asked');
  return ok('accounts', 'every login of this bot is good, says Twitch');
}
