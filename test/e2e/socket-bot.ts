import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { dialSocket } from '../support/socket-bot.ts';
import { resultOf, type TestBot } from '../support/test-bot.ts';
import type { CastkeyFixture } from './castkey-fixture.ts';

/** One more connection of a bot that is paired already, by its key; hangs up after the test. */
export async function enterAgain(fixture: CastkeyFixture, name: string): Promise<TestBot> {
  const text = readFileSync(join(fixture.keys, `${name}.json`), 'utf8');
  const { bot, hangUp } = await dialSocket(fixture.castkey.socket);
  onTestFinished(hangUp);
  resultOf(await bot.authenticate(JSON.parse(text) as { keyId: string; key: string }));
  return bot;
}
