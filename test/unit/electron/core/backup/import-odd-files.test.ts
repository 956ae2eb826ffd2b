import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readWhole } from '../../../../../electron/adapters/files/private-files.ts';
import { imported, twurple } from '../../../../support/backup-fixture.ts';
import { HOUR } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { resultOf } from '../../../../support/test-bot.ts';
import { openVaultFixture, pairBot, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

describe('importing from an odd file', () => {
  it.each([
    ['as Twurple’s own sample has it', 0],
    ['as digits in a text', '1767614400000'],
    ['as anything', 'yesterday'],
  ])('takes a login whose time stands %s, and gives bots a true one', async (_how, obtainmentTimestamp) => {
    const fixture = await openVaultFixture();
    const odd = { ...twurple(fixture, ALICE), expiresIn: 0, obtainmentTimestamp };
    await imported(fixture, JSON.stringify(odd));
    const end = fixture.time.now() + 4 * HOUR;
    const bot = await pairBot(fixture);
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    const { obtainmentTimestamp: obtained = 0, expiresIn = 0 } = token ?? {};
    expect(new Date(obtained).getUTCFullYear()).toBe(2026);
    expect(obtained + (expiresIn ?? 0) * 1000).toBe(end);
  });

  it('gives bots a true time of a login that an older Castkey kept with its 0', async () => {
    const fixture = await vaultFixtureWithAlice();
    for (const [name, text] of fixture.accounts.files)
      fixture.accounts.files.set(name, text.replace(/"obtainedAt":\d+/, '"obtainedAt":0'));
    await fixture.restart();
    expect(new Date(fixture.account(ALICE).obtainedAt).getUTCFullYear()).toBe(2026);
  });

  it.each(['utf8', 'utf16le'] as const)(
    'takes a real file in %s with a byte order mark',
    async (encoding) => {
      const fixture = await openVaultFixture();
      const folder = mkdtempSync(join(tmpdir(), 'castkey-import-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const path = join(folder, 'tokens.json');
      const text = JSON.stringify({ streamer: { token: twurple(fixture, ALICE) } }, null, 2);
      writeFileSync(path, `\ufeff${text.replaceAll('\n', '\r\n')}`, encoding);
      expect(await imported(fixture, await readWhole(path, 10_000))).toContain('good: alice was taken over');
    },
  );
});
