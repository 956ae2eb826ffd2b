/** Starts and kills the vault again and again, and keeps the book. */
import type { CastkeyAuthProvider } from 'castkey-client';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { LOGINS } from '../../support/people.ts';
import { type Count, type Ledger, openLedger } from './login-audit.ts';
import { lookOut, MOMENTS, type Moment, type Sights, seeded } from './moments.ts';
import { ACCOUNTS, type Profile } from './profile.ts';
import { freePort, type Gate, openGate } from './twitch-proxy.ts';
import { type Life, startLife } from './vault-run.ts';

/** How it went. */
export interface Outcome extends Count {
  /** How often the vault was killed at which moment. */
  moments: Record<Moment, number>;
  /** What the vault complained of: damaged files, writes that failed. */
  complaints: string[];
}

interface Scene {
  profile: Profile;
  twitch: Sandbox;
  ledger: Ledger;
  gate: Gate;
  random(): number;
}

/** Seconds an access token lives, so that the vault itself has to renew them all the time. */
const LIFETIME = 1;

/** Kills the vault so many times. */
export async function runCampaign(profile: Profile, kills: number, seed: number): Promise<Outcome> {
  const { stateFile, port } = profile;
  const twitch = await startSandbox({ stateFile, tokenLifetime: LIFETIME, port: await freePort() });
  const ledger = openLedger(ACCOUNTS.length);
  const gate = await openGate(port, twitch.url, ledger);
  const scene: Scene = { profile, twitch, ledger, gate, random: seeded(seed) };
  const moments = Object.fromEntries(MOMENTS.map((moment) => [moment, 0])) as Outcome['moments'];
  const complaints: string[] = [];
  try {
    for (let turn = 0; turn < kills; turn += 1) {
      const moment = MOMENTS[turn] ?? MOMENTS[Math.floor(scene.random() * MOMENTS.length)] ?? 'at any time';
      complaints.push(...(await liveAndDie(scene, moment)));
      moments[moment] += 1;
    }
    complaints.push(...(await lookAfterwards(scene)));
    return { ...ledger.count, moments, complaints };
  } finally {
    await gate.close();
    await twitch.close();
  }
}

/** From the start to the kill at a moment. Returns the vault's complaints. */
async function liveAndDie(scene: Scene, moment: Moment): Promise<string[]> {
  const { gate, ledger, profile } = scene;
  const life = startLife(profile);
  const come =
    moment === 'while starting' ? lookOut(moment, sightsOf(scene)) : serveUntil(scene, life, moment);
  await come.finally(life.kill);
  const killedAt = Date.now();
  await gate.quiet();
  ledger.killed(killedAt);
  return complaintsOf(life.said());
}

/** One more life, to see what the last kill left. */
async function lookAfterwards({ gate, ledger, profile }: Scene): Promise<string[]> {
  const life = startLife(profile);
  await life
    .bot()
    .then((bot) => verify(ledger, bot))
    .finally(life.kill);
  await gate.quiet();
  return complaintsOf(life.said());
}

/** Looks at every login, then has them all renewed at once until the moment comes. */
async function serveUntil(scene: Scene, life: Life, moment: Moment): Promise<void> {
  const { ledger, twitch } = scene;
  const bot = await life.bot();
  await verify(ledger, bot);
  let served = (): void => {};
  const nextServed = new Promise<void>((resolve) => {
    served = resolve;
  });
  bot.onTokenChange(({ userId }) => void ask(ledger, () => bot.getAccessTokenForUser(userId)));
  const come = lookOut(moment, { ...sightsOf(scene), nextServed });
  twitch.control.expireTokens();
  for (const id of ACCOUNTS) void ask(ledger, () => bot.refreshAccessTokenForUser(id)).then(served);
  await come;
}

const NEVER = new Promise<void>(() => {});

function sightsOf({ gate, profile, random }: Scene): Sights {
  return { gate, home: profile.home, random, nextServed: NEVER };
}

/** Every login must be good for a new token at once, without anybody signing in. */
async function verify(ledger: Ledger, bot: CastkeyAuthProvider): Promise<void> {
  const check = async (id: (typeof ACCOUNTS)[number]): Promise<void> => {
    try {
      const { accessToken } = await bot.refreshAccessTokenForUser(id);
      if (!ledger.isNew(accessToken)) throw new Error('the token is not a new one');
      ledger.served(accessToken);
    } catch (error) {
      ledger.count.lost.push(`${LOGINS[id]} could not be refreshed after a kill: ${String(error)}`);
    }
  };
  await Promise.all(ACCOUNTS.map(check));
}

/** A request whose answer may never come, as the vault is about to be killed. */
async function ask(ledger: Ledger, request: () => Promise<{ accessToken: string } | null>): Promise<void> {
  const token = await request().catch(() => null);
  if (token !== null) ledger.served(token.accessToken);
}

function complaintsOf(said: string): string[] {
  return said.split('\n').filter((line) => line.startsWith('castkey: ') && !line.includes('failed for now'));
}
