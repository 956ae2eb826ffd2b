import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeHome } from '../../e2e/castkey-process.ts';
import { type Outcome, runCampaign } from './campaign.ts';
import { MOMENTS } from './moments.ts';
import { makeProfile, type Profile } from './profile.ts';

const KILLS = Number(process.env.CASTKEY_KILLS ?? 16);
const SEED = Number(process.env.CASTKEY_SEED ?? Date.now() % 1_000_000);
/** Two at once, since one start leaves a core idle. */
const STREAMERS = ['one streamer', 'another'] as const;

const outcomes = new Map<string, Outcome>();
const profiles = new Map<string, Profile>();

beforeAll(async () => {
  // One after the other: of two first starts at once on a new keychain, each would make its own key.
  for (const streamer of STREAMERS) profiles.set(streamer, await makeProfile());
}, 120_000);

test.concurrent.each(STREAMERS)(
  'killed at any moment, no login of several applications is lost, nor served as another’s: %s',
  { timeout: 60_000 + KILLS * 6_000 },
  async (streamer) => {
    const profile = profiles.get(streamer) ?? expect.fail('there is no profile');
    const outcome = await runCampaign(profile, KILLS / 2, SEED + STREAMERS.indexOf(streamer));
    outcomes.set(streamer, outcome);
    expect(outcome.lost).toEqual([]);
    expect(outcome.complaints).toEqual([]);
    // Two kills in a row at the worst moment of one login.
    expect(outcome.leftAlone).toBeLessThanOrEqual((KILLS / 2) * 0.3);
    expect(outcome.leftAloneConfidential).toBe(0);
    expect(outcome.kills).toBe(KILLS / 2 + 1);
    expect(outcome.refreshes).toBeGreaterThan(outcome.kills);
    expect(MOMENTS.filter((moment) => outcome.moments[moment] === 0)).toEqual([]);
  },
);

afterAll(async () => {
  for (const { home } of profiles.values()) await removeHome(home);
  const lines = [...outcomes].map(
    ([streamer, { kills, refreshes, neverArrived, unsaved, unsavedMs, lost, leftAlone }]) =>
      `  ${streamer}: ${kills} kills, ${refreshes} refreshes, ${neverArrived} answers that never arrived, ` +
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
