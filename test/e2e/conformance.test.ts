import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeVault } from '../../clients/conformance/vault/judge-vault.ts';
import { nodeHost } from '../../clients/javascript/src/host.ts';
import { TITLES } from './castkey.ts';
import { LUNA, pairedBot, setStage } from './stage.ts';

const NAME = 'castkey-conformance';

test('the real vault keeps every rule of its protocol, opens no window over it, and serves on', async () => {
  const stage = await setStage({ accounts: [LUNA.login] });
  const bot = await pairedBot(stage, NAME);
  const before = await bot.getAccessTokenForUser(LUNA.id);
  const findings = await judgeVault({
    host: nodeHost,
    path: stage.castkey.socket,
    name: NAME,
    keyFile: join(stage.keys, `${NAME}.json`),
    answerTimeoutMs: 15_000,
    slow: false,
    onFinding: () => {},
  });
  expect(findings.filter(({ state }) => state === 'FAIL')).toEqual([]);
  expect(findings.filter(({ state }) => state === 'ok').length).toBeGreaterThan(45);
  expect(await stage.castkey.visible()).toEqual([TITLES.main]);
  expect(stage.tokenRequests('refresh_token')).toBe(0);
  expect(await bot.getAccessTokenForUser(LUNA.id)).toEqual(before);
});
