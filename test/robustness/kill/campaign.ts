/** Starts and kills the vault again and again, and audits its logins. */
import { type CastkeyAuthProvider, CastkeyError } from 'castkey-client';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { LOGINS } from '../../support/people.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { tryLeftAloneAnyway } from './left-alone.ts';
import { type Count, type LoginAudit, openLoginAudit } from './login-audit.ts';
import { MOMENTS, type Moment, type MomentSources, untilMoment } from './moments.ts';
import { ACCOUNTS, type Profile } from './profile.ts';
import { freePort, openTwitchProxy, type TwitchProxy } from './twitch-proxy.ts';
import { startVaultRun, type VaultRun } from './vault-run.ts';

/** How it went. */
export interface Outcome extends Count {
  /** How often the vault was killed at which moment. */
  moments: Record<Moment, number>;
  /** Logins that wait for the streamer's "Try anyway" after two kills in the middle of a renewal. */
  leftAlone: number;
  /** What the vault complained of: damaged files, writes that failed. */
  complaints: string[];
}

interface Campaign {
  profile: Profile;
  twitch: Sandbox;
  audit: LoginAudit;
  proxy: TwitchProxy;
  leftAlone: number;
  random(): number;
}

/** Seconds an access token lives, so that the vault itself has to renew them all the time. */
const LIFETIME = 1;

/** Kills the vault so many times. */
export async function runCampaign(profile: Profile, kills: number, seed: number): Promise<Outcome> {
  const { stateFile, port } = profile;
  const twitch = await startSandbox({ stateFile, tokenLifetime: LIFETIME, port: await freePort() });
  const audit = openLoginAudit(ACCOUNTS.length);
  const proxy = await openTwitchProxy(port, twitch.url, audit);
  const next = seededRandom(seed);
  const random = (): number => next() / 2 ** 32;
  const campaign: Campaign = { profile, twitch, audit, proxy, leftAlone: 0, random };
  const moments = Object.fromEntries(MOMENTS.map((moment) => [moment, 0])) as Outcome['moments'];
  const complaints: string[] = [];
  try {
    for (let turn = 0; turn < kills; turn += 1) {
      const moment =
        MOMENTS[turn] ?? MOMENTS[Math.floor(campaign.random() * MOMENTS.length)] ?? 'at any time';
      complaints.push(...(await runAndKill(campaign, moment)));
      moments[moment] += 1;
    }
    complaints.push(...(await verifyAfterwards(campaign)));
    return { ...audit.count, leftAlone: campaign.leftAlone, moments, complaints };
  } finally {
    await proxy.close();
    await twitch.close();
  }
}

/** From the start to the kill at a moment. Returns the vault's complaints. */
async function runAndKill(campaign: Campaign, moment: Moment): Promise<string[]> {
  const { proxy, audit, profile } = campaign;
  await tryLeftAloneAnyway(profile);
  const run = startVaultRun(profile);
  const come =
    moment === 'while starting'
      ? untilMoment(moment, sourcesOf(campaign))
      : serveUntil(campaign, run, moment);
  await come.finally(run.kill);
  const killedAt = Date.now();
  await proxy.quiet();
  audit.killed(killedAt);
  return complaintsOf(run.said());
}

/** One more run, to see what the last kill left. */
async function verifyAfterwards(campaign: Campaign): Promise<string[]> {
  const { proxy, profile } = campaign;
  await tryLeftAloneAnyway(profile);
  const run = startVaultRun(profile);
  await run
    .bot()
    .then((bot) => verify(campaign, bot))
    .finally(run.kill);
  await proxy.quiet();
  return complaintsOf(run.said());
}

/** Looks at every login, then has them all renewed at once until the moment comes. */
async function serveUntil(campaign: Campaign, run: VaultRun, moment: Moment): Promise<void> {
  const { audit, twitch } = campaign;
  const bot = await run.bot();
  await verify(campaign, bot);
  let served = (): void => {};
  const nextServed = new Promise<void>((resolve) => {
    served = resolve;
  });
  bot.onTokenChange(({ userId }) => void ask(audit, () => bot.getAccessTokenForUser(userId)));
  const come = untilMoment(moment, { ...sourcesOf(campaign), nextServed });
  twitch.control.expireTokens();
  for (const id of ACCOUNTS) void ask(audit, () => bot.refreshAccessTokenForUser(id)).then(served);
  await come;
}

const NEVER = new Promise<void>(() => {});

function sourcesOf({ proxy, profile, random }: Campaign): MomentSources {
  return { proxy, home: profile.home, random, nextServed: NEVER };
}

/** Every login must be good for a new token at once, without anybody signing in, or wait for her click. */
async function verify(campaign: Campaign, bot: CastkeyAuthProvider): Promise<void> {
  const { audit } = campaign;
  const check = async (id: (typeof ACCOUNTS)[number]): Promise<void> => {
    try {
      const { accessToken } = await bot.refreshAccessTokenForUser(id);
      if (!audit.isNew(accessToken)) throw new Error('the token is not a new one');
      audit.served(accessToken);
    } catch (error) {
      if (error instanceof CastkeyError && error.message.includes('nobody can tell')) campaign.leftAlone += 1;
      else audit.count.lost.push(`${LOGINS[id]} could not be refreshed after a kill: ${String(error)}`);
    }
  };
  await Promise.all(ACCOUNTS.map(check));
}

/** A request whose answer may never come, as the vault is about to be killed. */
async function ask(audit: LoginAudit, request: () => Promise<{ accessToken: string } | null>): Promise<void> {
  const token = await request().catch(() => null);
  if (token !== null) audit.served(token.accessToken);
}

function complaintsOf(said: string): string[] {
  return said
    .split('\n')
    .filter((line) => line.startsWith('castkey: ') && !/failed for now|is left alone/.test(line));
}
