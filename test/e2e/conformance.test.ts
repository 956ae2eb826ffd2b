import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeVault } from '../../clients/conformance/vault/judge-vault.ts';
import { nodeHost } from '../../clients/javascript/src/host.ts';
import { LOGINS, LUNA } from '../support/people.ts';
import { openCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { TITLES } from './castkey-process.ts';

const NAME = 'castkey-conformance';

test('the real vault keeps every rule of its protocol, opens no window over it, and serves on', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const bot = await pairedBot(fixture, NAME);
  const before = await bot.getAccessTokenForUser(LUNA);
  const findings = await judgeVault({
    host: nodeHost,
    path: fixture.castkey.socket,
    name: NAME,
    keyFile: join(fixture.keys, `${NAME}.json`),
    answerTimeoutMs: 15_000,
    slow: false,
    onFinding: () => {},
  });
  expect(findings.filter(({ state }) => state === 'FAIL')).toEqual([]);
  expect(findings.filter(({ state }) => state === 'ok').length).toBeGreaterThan(45);
  expect(await fixture.castkey.visible()).toEqual([TITLES.main]);
  expect(fixture.tokenRequests('refresh_token')).toBe(0);
  expect(await bot.getAccessTokenForUser(LUNA)).toEqual(before);
});
