import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LUNA } from '../../support/people.ts';
import { reasonOf } from '../../support/test-bot.ts';
import { until } from '../../support/until.ts';
import { type FaultFixture, openFaultFixture } from './fault-fixture.ts';
import { FAULTS, type FaultRow } from './fault-rows.ts';
import { twurpleAfter } from './twurple.ts';

const MINUTE = 60_000;
/** A sandbox token lives four hours; this leaves some of the ten minutes in which it is renewed ahead. */
const NEARLY_OVER = 235 * MINUTE;
const OVER = 10 * MINUTE;

/** A line of the table in docs/faults.md. */
interface Measured {
  whileValid: string;
  whenOver: string;
  state: string;
  after: string;
  twurple: string;
}
const measured = new Map<string, Measured>();

function strike(fixture: FaultFixture, { effect, detour, times, everything }: FaultRow): void {
  fixture.detour = detour ?? null;
  const path = everything ? '/oauth2/*' : '/oauth2/token';
  if (effect) fixture.twitch.control.addFault({ path, times: times ?? 'all', effect });
}

async function get(fixture: FaultFixture, first: string): Promise<string> {
  const answer = await fixture.bot.request('getAccessTokenForUser', { user: LUNA });
  if (!('result' in answer)) return answer.data.code;
  return answer.result?.accessToken === first ? 'its token' : 'a new token';
}

/** The state's words without what changes from run to run. */
const words = (fixture: FaultFixture): string => fixture.account().stateText.replace(/\d\d:\d\d/, 'hh:mm');

const isParked = (fixture: FaultFixture): boolean => fixture.account().tryAnyway !== null;

async function isWell(fixture: FaultFixture): Promise<boolean> {
  return (await get(fixture, '')) === 'a new token' && fixture.account().state === 'ok';
}

/** What becomes of it once the fault is gone: by itself within seconds, within the hour, by a click, or never. */
async function afterwards(fixture: FaultFixture): Promise<string> {
  const { state } = fixture.account();
  const isSoon = state === 'ok' || state === 'offline';
  fixture.pass(isSoon ? MINUTE / 2 : 60 * MINUTE);
  await until(async () => (await isWell(fixture)) || isParked(fixture));
  if (!isParked(fixture)) return isSoon ? 'goes on by itself' : 'goes on by itself within the hour';
  const sent = fixture.asked();
  fixture.pass(60 * MINUTE);
  expect(await get(fixture, '')).toBe('needs-sign-in');
  expect(fixture.asked(), 'it was sent again by itself').toBe(sent);
  await fixture.vault.actions['account.tryAnyway'].run({ userId: LUNA });
  return (await isWell(fixture)) ? '*Try anyway* works' : 'sign in again';
}

describe.concurrent('a fault costs no login', () => {
  test.each(FAULTS)('$name', { timeout: 60_000 }, async (row) => {
    const fixture = await openFaultFixture(row.client ?? 'public');
    try {
      const first = await fixture.bot.request('getAccessTokenForUser', { user: LUNA });
      const token = 'result' in first ? (first.result?.accessToken ?? '') : expect.fail(reasonOf(first));
      const refreshToken = await fixture.refreshTokenOnDisk();
      strike(fixture, row);
      fixture.pass(NEARLY_OVER);
      await until(() => fixture.asked() > 0 && !fixture.account().refreshing);
      const whileValid = await get(fixture, token);
      const state = words(fixture);
      fixture.pass(OVER);
      const whenOver = await get(fixture, token);
      const kept = await fixture.refreshTokenOnDisk();
      expect(kept).toBeTruthy();
      if (whenOver !== 'a new token') expect(kept).toBe(refreshToken);
      fixture.detour = null;
      fixture.twitch.control.clearFaults();
      const after = await afterwards(fixture);
      measured.set(row.name, { whileValid, whenOver, state, after, twurple: '' });
    } finally {
      await fixture.close();
    }
  });
});

describe('Twurple’s RefreshingAuthProvider at the same sandbox', () => {
  test.each(FAULTS)('$name', { timeout: 30_000 }, async (row) => {
    const mine = measured.get(row.name) ?? expect.fail('Castkey did not get so far');
    mine.twurple = await twurpleAfter(row);
    expect(mine.twurple).toMatch(/^(goes on|user lost|not tried)/);
  });
});

test('docs/faults.md tells what was measured', () => {
  const rows = [...FAULTS].map(({ name }) => {
    const row = measured.get(name) ?? expect.fail(`${name} was not measured`);
    return `| ${[name, row.whileValid, row.whenOver, row.state, row.after, row.twurple].join(' | ')} |`;
  });
  const text = readFileSync(join(import.meta.dirname, '../../../docs/faults.md'), 'utf8');
  const [first = ''] = text.split('\n## ');
  const told = first.split('\n').filter((line) => line.startsWith('| '));
  expect(told.slice(2)).toEqual(rows);
});
