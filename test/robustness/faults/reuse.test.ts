import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LUNA } from '../../support/people.ts';
import { until } from '../../support/until.ts';
import { type FaultFixture, openFaultFixture } from './fault-fixture.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const click = (fixture: FaultFixture) => fixture.vault.actions['account.refresh'].run({ userId: LUNA });
const backUp = async (fixture: FaultFixture): Promise<void> => {
  const passphrase = 'a few random words';
  expect(await fixture.vault.actions['backup.export'].run({ passphrase })).toMatchObject({ ok: true });
};
const spoil = (
  fixture: FaultFixture,
  effect: Parameters<typeof fixture.twitch.control.addFault>[0]['effect'],
) => fixture.twitch.control.addFault({ path: '/oauth2/token', effect });

/** How a refresh token comes to stand, by its words in docs/faults.md. */
const STANDING: Record<string, (fixture: FaultFixture) => Promise<unknown>> = {
  'never sent, nobody else has it': async () => undefined,
  'never sent, but in a backup': backUp,
  'sent, and Twitch said that it failed (5xx)': (fixture) => {
    spoil(fixture, { kind: 'status', status: 502 });
    return click(fixture);
  },
  'sent, and the answer was lost': (fixture) => {
    spoil(fixture, { kind: 'reset' });
    return click(fixture);
  },
  'the same, and an earlier one was in a backup': async (fixture) => {
    await backUp(fixture);
    await click(fixture);
    fixture.pass(11 * SECOND);
    spoil(fixture, { kind: 'reset' });
    return click(fixture);
  },
  'sent, and Twitch refused it': (fixture) => {
    spoil(fixture, { kind: 'invalid-refresh-token' });
    return click(fixture);
  },
};

/** What has become of its access token, by the heading of the column. */
const ACCESS: Record<string, (fixture: FaultFixture) => void> = {
  'it holds': (fixture) => fixture.pass(MINUTE),
  'it ended before its time': (fixture) => {
    fixture.twitch.control.expireTokens();
    fixture.pass(MINUTE);
  },
  'it has run out': (fixture) => fixture.pass(5 * HOUR),
};

const table = readFileSync(join(import.meta.dirname, '../../../docs/faults.md'), 'utf8')
  .split('## Before a renewal is tried again')[1]
  ?.split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
const [head = [], , ...lines] = table ?? [];
const ROWS = lines.flatMap(([standing = '', ...cells]) =>
  cells.map((told, column) => [standing, head[column + 1] ?? '', told] as const),
);

async function outcome(fixture: FaultFixture, sent: number): Promise<string> {
  await click(fixture);
  await until(() => !fixture.account().refreshing);
  const { stateText, tryAnyway } = fixture.account();
  const reused = fixture.twitch.control.state().authorizations.some(({ revoked }) => revoked);
  expect(reused, 'it ended all there is').toBe(false);
  if (tryAnyway === null) return fixture.asked() > sent ? 'sent' : 'not sent';
  expect(fixture.asked(), 'sent, though it is left alone').toBe(sent);
  return `left alone: ${stateText}`;
}

test('docs/faults.md has a row for each standing and a column for each access token', () => {
  expect([lines.map(([standing]) => standing), head.slice(1)]).toEqual([
    Object.keys(STANDING),
    Object.keys(ACCESS),
  ]);
});

test.concurrent.each(ROWS)(
  '%s; its access token: %s',
  { timeout: 30_000 },
  async (standing, access, told) => {
    const fixture = await openFaultFixture('public');
    try {
      await STANDING[standing]?.(fixture);
      const sent = fixture.asked();
      ACCESS[access]?.(fixture);
      expect(await outcome(fixture, sent)).toBe(told);
    } finally {
      await fixture.close();
    }
  },
);
