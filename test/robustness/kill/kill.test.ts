import { afterAll, beforeAll, expect, test } from 'vitest';
import { SANDBOX_CONFIDENTIAL_CLIENT, SANDBOX_PUBLIC_CLIENT } from '../../../sandbox/server.ts';
import { removeHome } from '../../e2e/castkey-process.ts';
import { type Outcome, runCampaign } from './campaign.ts';
import { MOMENTS } from './moments.ts';
import { makeProfile, type Profile } from './profile.ts';

const KILLS = Number(process.env.CASTKEY_KILLS ?? 20);
const SEED = Number(process.env.CASTKEY_SEED ?? Date.now() % 1_000_000);
const APPLICATIONS = [
  ['public', SANDBOX_PUBLIC_CLIENT],
  ['confidential', SANDBOX_CONFIDENTIAL_CLIENT],
] as const;

const outcomes = new Map<string, Outcome>();
const profiles = new Map<string, Profile>();

beforeAll(async () => {
  // One after the other: of two first starts at once on a new keychain, each would make its own key.
  for (const [kind, application] of APPLICATIONS) profiles.set(kind, await makeProfile(application));
}, 120_000);

test.concurrent.each(APPLICATIONS)(
  'killed at any moment, no login of a %s application is lost',
  { timeout: 60_000 + KILLS * 6_000 },
  async (kind) => {
    const profile = profiles.get(kind) ?? expect.fail('there is no profile');
    const outcome = await runCampaign(profile, KILLS / 2, SEED);
    outcomes.set(kind, outcome);
    expect(outcome.lost).toEqual([]);
    expect(outcome.complaints).toEqual([]);
    // Two kills in a row at the worst moment of one login.
    expect(outcome.leftAlone).toBeLessThanOrEqual(kind === 'public' ? (KILLS / 2) * 0.3 : 0);
    expect(outcome.kills).toBe(KILLS / 2);
    expect(outcome.refreshes).toBeGreaterThan(outcome.kills);
    expect(MOMENTS.filter((moment) => outcome.moments[moment] === 0)).toEqual([]);
  },
);

afterAll(async () => {
  for (const { home } of profiles.values()) await removeHome(home);
  const lines = [...outcomes].map(
    ([kind, { kills, refreshes, neverArrived, unsaved, unsavedMs, lost, leftAlone }]) =>
      `  ${kind}: ${kills} kills, ${refreshes} refreshes, ${neverArrived} answers that never arrived, ` +
      `${unsaved} killed between reading and saving (${unsavedMs} ms at most), ${lost.length} lost logins, ` +
      `${leftAlone} left for the streamer to try`,
  );
  const moments = MOMENTS.map((moment) => {
    const times = [...outcomes.values()].reduce((sum, outcome) => sum + outcome.moments[moment], 0);
    return `${moment} ${times}`;
  });
  const text = [`killed, seed ${SEED} (CASTKEY_SEED):`, ...lines, `  ${moments.join(', ')}`].join('\n');
  process.stdout.write(`${text}\n`);
});
