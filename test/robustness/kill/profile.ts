/** A profile with several applications, logins and paired bots, made by a streamer in the real windows. */
import { join } from 'node:path';
import { connect } from 'castkey-client';
import {
  SANDBOX_BOT_CLIENT,
  SANDBOX_CONFIDENTIAL_CLIENT,
  SANDBOX_PUBLIC_CLIENT,
  type Sandbox,
  startSandbox,
} from '../../../sandbox/server.ts';
import type { CallResult } from '../../../shared/ipc.ts';
import type { VaultView } from '../../../shared/views.ts';
import { type Castkey, freshHome, launchCastkey } from '../../e2e/castkey-process.ts';
import { addAccount, answerApproval, consentHere, onboard } from '../../e2e/window-actions.ts';
import { BOT, LOGINS, LUNA } from '../../support/people.ts';
import { until } from '../../support/until.ts';
import type { LoginOwner } from './login-audit.ts';

const [USUAL, BROUGHT, SECRET] = [
  SANDBOX_PUBLIC_CLIENT.clientId,
  SANDBOX_BOT_CLIENT.clientId,
  SANDBOX_CONFIDENTIAL_CLIENT.clientId,
];

/** The application that a bot brought, and that is removed in the middle. */
export const REMOVED = BROUGHT;
/** The one whose refresh tokens work more than once, so that none of its logins is ever left alone. */
export const CONFIDENTIAL = SECRET;

/** The logins that are in danger: of one person three. */
export const ACCOUNTS: readonly (LoginOwner & { userId: typeof LUNA | typeof BOT })[] = [
  { clientId: USUAL, userId: LUNA },
  { clientId: USUAL, userId: BOT },
  { clientId: BROUGHT, userId: LUNA },
  { clientId: SECRET, userId: LUNA },
];

/** A bot of one application. */
export interface KillBot {
  name: string;
  clientId: string;
  /** Of its pairing. */
  keyFile: string;
}

/** What is on the disk when the killing begins. */
export interface Profile {
  home: string;
  /** Base URL of Twitch as this profile knows it; nobody listens there any more. */
  url: string;
  port: number;
  bots: KillBot[];
  /** Of the sandbox Twitch, which goes on from it elsewhere. */
  stateFile: string;
}

/** Sets applications up, signs everybody in, pairs a bot for each application, and quits. */
export async function makeProfile(): Promise<Profile> {
  const home = freshHome();
  const stateFile = join(home, 'twitch-elsewhere.json');
  const bots = [USUAL, BROUGHT, SECRET].map((clientId) => {
    const name = `bot-of-${clientId}`;
    return { name, clientId, keyFile: join(home, `${name}-elsewhere.json`) };
  });
  const twitch: Sandbox = await startSandbox({ stateFile });
  const castkey = await launchCastkey({ home, env: { CASTKEY_TWITCH: twitch.url } });
  try {
    await onboard(castkey, SANDBOX_PUBLIC_CLIENT);
    await callFromWindow(castkey, 'app.configure', { ...SANDBOX_CONFIDENTIAL_CLIENT, kind: 'confidential' });
    await addAccount(castkey, twitch.url, LOGINS[LUNA]);
    await addAccount(castkey, twitch.url, LOGINS[BOT]);
    for (const bot of bots) await pair(castkey, bot);
    for (const { clientId, userId } of ACCOUNTS.slice(2)) {
      await callFromWindow(castkey, 'account.signIn', { clientId, userId, scopes: [] });
      await consentHere(castkey, twitch.url, LOGINS[userId]);
      await untilSignedIn(castkey, { clientId, userId });
    }
  } finally {
    await castkey.quit();
    await twitch.close();
  }
  return { home, url: twitch.url, port: twitch.port, bots, stateFile };
}

async function pair(castkey: Castkey, { name, keyFile, clientId }: KillBot): Promise<void> {
  const own = ACCOUNTS.filter((account) => account.clientId === clientId);
  const wants = own.map(({ userId }) => ({ user: userId }));
  const pairing = connect({ name, socket: castkey.socket, keyFile, wants, twitchClientId: clientId });
  await answerApproval(castkey, 'Always allow');
  (await pairing).close();
}

/** Resolves when the vault has that login. */
function untilSignedIn(castkey: Castkey, { clientId, userId }: LoginOwner): Promise<void> {
  return until(async () => {
    const { accounts } = (await callFromWindow(castkey, 'state.read')) as Pick<VaultView, 'accounts'>;
    const person = accounts.find((account) => account.userId === userId);
    return person?.logins.some((login) => login.clientId === clientId);
  });
}

/** Makes a call as the main window does, and returns its answer. Throws where Castkey says no. */
export async function callFromWindow(castkey: Castkey, call: string, arg?: unknown): Promise<unknown> {
  const main = await castkey.main();
  const answer = await main.evaluate(
    ([name, given]): Promise<CallResult<unknown>> => Reflect.get(window, 'castkey')[name](given),
    [call, arg] as const,
  );
  if (!answer.ok) throw new Error(`${call} was refused: ${answer.error.message}`);
  return answer.value;
}
