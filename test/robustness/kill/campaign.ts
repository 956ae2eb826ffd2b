/** Starts and kills the vault again and again, and audits its logins. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type CastkeyAuthProvider, CastkeyError, type CastkeyToken } from 'castkey-client';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { launchCastkey } from '../../e2e/castkey-process.ts';
import { LOGINS } from '../../support/people.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { tryLeftAloneAnyway } from './left-alone.ts';
import { type Count, type LoginAudit, openLoginAudit } from './login-audit.ts';
import { MOMENTS, type Moment, type MomentSources, untilMoment } from './moments.ts';
import { ACCOUNTS, CONFIDENTIAL, callFromWindow, type Profile, REMOVED } from './profile.ts';
import { freePort, openTwitchProxy, type TwitchProxy } from './twitch-proxy.ts';
import { startVaultRun, type VaultRun } from './vault-run.ts';

/** How it went. */
export interface Outcome extends Count {
  /** How often the vault was killed at which moment. */
  moments: Record<Moment, number>;
  /** Logins that wait for the streamer's "Try anyway" after two kills in the middle of a renewal. */
  leftAlone: number;
  /** Of these, logins of the confidential application: none is ever to wait. */
  leftAloneConfidential: number;
  /** What the vault complained of: damaged files, writes that failed. */
  complaints: string[];
}

/** What a bot gets. */
type Served = Pick<CastkeyToken, 'accessToken' | 'userId'>;

interface Campaign {
  profile: Profile;
  /** The logins in danger: fewer once an application is removed. */
  accounts: typeof ACCOUNTS;
  twitch: Sandbox;
  audit: LoginAudit;
  proxy: TwitchProxy;
  leftAlone: number;
  leftAloneConfidential: number;
  random(): number;
}

/** Milliseconds after a removal began, at most, that it is killed. */
const REMOVING_MS = 60;
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
  const nothing = { leftAlone: 0, leftAloneConfidential: 0 };
  const campaign: Campaign = { profile, accounts: ACCOUNTS, twitch, audit, proxy, ...nothing, random };
  const moments = Object.fromEntries(MOMENTS.map((moment) => [moment, 0])) as Outcome['moments'];
  const complaints: string[] = [];
  try {
    for (let turn = 0; turn < kills; turn += 1) {
      if (turn === Math.floor(kills / 2)) await removeAndKill(campaign);
      const moment =
        MOMENTS[turn] ?? MOMENTS[Math.floor(campaign.random() * MOMENTS.length)] ?? 'at any time';
      complaints.push(...(await runAndKill(campaign, moment)));
      moments[moment] += 1;
    }
    complaints.push(...(await verifyAfterwards(campaign)));
    const { leftAlone, leftAloneConfidential } = campaign;
    return { ...audit.count, leftAlone, leftAloneConfidential, moments, complaints };
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

/** The streamer removes the application that a bot brought, and the vault is killed in the middle of that. */
async function removeAndKill(campaign: Campaign): Promise<void> {
  const { profile, proxy, audit } = campaign;
  const { home, url } = profile;
  const castkey = await launchCastkey({ home, env: { CASTKEY_TWITCH: url } });
  const gone = once(castkey.process, 'exit');
  await castkey.main();
  const removing = callFromWindow(castkey, 'app.remove', { clientId: REMOVED }).catch(() => 'killed');
  await pause(campaign.random() * REMOVING_MS);
  castkey.process.kill('SIGKILL');
  await Promise.all([gone, removing]);
  const killedAt = Date.now();
  await proxy.quiet();
  audit.killed(killedAt);
  campaign.accounts = ACCOUNTS.filter(({ clientId }) => clientId !== REMOVED);
}

/** One more run, to see what the last kill left. */
async function verifyAfterwards(campaign: Campaign): Promise<string[]> {
  const { proxy, profile } = campaign;
  await tryLeftAloneAnyway(profile);
  const run = startVaultRun(profile);
  await run
    .bots()
    .then((bots) => verify(campaign, bots))
    .finally(run.kill);
  await proxy.quiet();
  return complaintsOf(run.said());
}

/** Looks at every login, then has them all renewed at once until the moment comes. */
async function serveUntil(campaign: Campaign, run: VaultRun, moment: Moment): Promise<void> {
  const { accounts, audit, twitch } = campaign;
  const bots = await run.bots();
  await verify(campaign, bots);
  let served = (): void => {};
  const nextServed = new Promise<void>((resolve) => {
    served = resolve;
  });
  for (const [clientId, bot] of bots)
    bot.onTokenChange(({ userId }) => void ask(audit, clientId, () => bot.getAccessTokenForUser(userId)));
  const come = untilMoment(moment, { ...sourcesOf(campaign), nextServed });
  twitch.control.expireTokens();
  for (const { clientId, userId } of accounts) {
    const renewing = ask(audit, clientId, () => botOf(bots, clientId).refreshAccessTokenForUser(userId));
    void renewing.then(served);
  }
  await come;
}

function botOf(bots: ReadonlyMap<string, CastkeyAuthProvider>, clientId: string): CastkeyAuthProvider {
  const bot = bots.get(clientId);
  if (bot === undefined) throw new Error(`there is no bot of ${clientId}`);
  return bot;
}

const NEVER = new Promise<void>(() => {});

function sourcesOf({ proxy, profile, random }: Campaign): MomentSources {
  return { proxy, home: profile.home, random, nextServed: NEVER };
}

/** Every login must be good for a new token at once, without anybody signing in, or wait for her click. */
async function verify(campaign: Campaign, bots: ReadonlyMap<string, CastkeyAuthProvider>): Promise<void> {
  const { accounts, audit } = campaign;
  const check = async ({ clientId, userId }: (typeof ACCOUNTS)[number]): Promise<void> => {
    try {
      const token = await botOf(bots, clientId).refreshAccessTokenForUser(userId);
      if (!audit.isNew(token.accessToken)) throw new Error('the token is not a new one');
      if (token.clientId !== clientId) throw new Error('the token is of another application');
      audit.served(token.accessToken, { clientId, userId: token.userId });
    } catch (error) {
      if (error instanceof CastkeyError && error.message.includes('nobody can tell')) {
        campaign.leftAlone += 1;
        if (clientId === CONFIDENTIAL) campaign.leftAloneConfidential += 1;
      } else {
        const login = `${LOGINS[userId]} for ${clientId}`;
        audit.count.lost.push(`${login} could not be refreshed after a kill: ${String(error)}`);
      }
    }
  };
  await Promise.all(accounts.map(check));
}

/** A request whose answer may never come, as the vault is about to be killed. */
async function ask(
  audit: LoginAudit,
  clientId: string,
  request: () => Promise<Served | null>,
): Promise<void> {
  const token = await request().catch(() => null);
  if (token !== null) audit.served(token.accessToken, { clientId, userId: token.userId ?? 'nobody' });
}

function complaintsOf(said: string): string[] {
  return said
    .split('\n')
    .filter((line) => line.startsWith('castkey: ') && !/failed for now|is left alone/.test(line));
}
