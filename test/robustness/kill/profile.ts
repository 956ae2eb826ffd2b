/** A profile with several logins and a paired bot, made by a streamer in the real windows. */
import { join } from 'node:path';
import { connect } from 'castkey-client';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { freshHome, launchCastkey } from '../../e2e/castkey-process.ts';
import { type Application, addAccount, answerApproval, onboard } from '../../e2e/window-actions.ts';
import { BOT, LOGINS, LUNA, MAX } from '../../support/people.ts';

/** The logins that are in danger. */
export const ACCOUNTS = [LUNA, BOT, MAX] as const;

/** What is on the disk when the killing begins. */
export interface Profile {
  home: string;
  /** Base URL of Twitch as this profile knows it; nobody listens there any more. */
  url: string;
  port: number;
  /** Of the bot's pairing. */
  keyFile: string;
  /** Of the sandbox Twitch, which goes on from it elsewhere. */
  stateFile: string;
}

/** The bot's name. */
export const BOT_NAME = 'kill-bot';

/** Signs everybody in, pairs a bot for them, and quits. */
export async function makeProfile(application: Application): Promise<Profile> {
  const home = freshHome();
  const stateFile = join(home, 'twitch-elsewhere.json');
  const keyFile = join(home, 'bot-elsewhere.json');
  const twitch: Sandbox = await startSandbox({ stateFile });
  const castkey = await launchCastkey({ home, env: { CASTKEY_TWITCH: twitch.url } });
  try {
    await onboard(castkey, application);
    for (const id of ACCOUNTS) await addAccount(castkey, twitch.url, LOGINS[id]);
    const wants = ACCOUNTS.map((user) => ({ user }));
    const pairing = connect({ name: BOT_NAME, socket: castkey.socket, keyFile, wants });
    await answerApproval(castkey, 'Always allow');
    (await pairing).close();
  } finally {
    await castkey.quit();
    await twitch.close();
  }
  return { home, url: twitch.url, port: twitch.port, keyFile, stateFile };
}
