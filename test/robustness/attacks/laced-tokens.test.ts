import { expect } from 'vitest';
import { run } from '../../../clients/command/run.ts';
import { attack } from '../../support/attack.ts';
import { openClientFixture } from '../../support/client-fixture.ts';
import { token } from '../../support/scripted-vault-fixture.ts';
import { openTerminalFixture } from '../../support/terminal-fixture.ts';

/** What would begin a header of its own, end a text early, or command a terminal. */
const LACES = [
  '\r\nX-Injected: yes',
  '\n',
  '\u0000',
  '\u001b]0;injected\u0007',
  '\u009b2J',
  ' injected',
  'ä',
  '',
];
const FIELDS = ['accessToken', 'clientId', 'userId'] as const;

/** Each such token, the empty one for the token only. */
function* lacedTokens() {
  for (const lace of LACES) {
    for (const field of FIELDS) yield token({ [field]: lace === '' ? '' : `1${lace}` });
    if (lace !== '') yield token({ scope: [`chat:read${lace}`] });
  }
}

attack(
  'a vault that knows the key, and gives a token with a line break, a NUL or an escape in it',
  'the bot gets an error, and none of the token',
  async () => {
    const { vault, connect } = await openClientFixture();
    vault.users = [{ userId: '1', login: 'ann', scope: ['chat:read'], intents: ['chat'] }];
    const bot = await connect();
    for (const laced of lacedTokens()) {
      vault.on('getAccessTokenForUser', () => laced);
      vault.on('refreshAccessTokenForUser', () => laced);
      vault.on('getAnyAccessToken', () => laced);
      for (const asked of [
        bot.getAccessTokenForUser('1'),
        bot.refreshAccessTokenForUser('1'),
        bot.getAnyAccessToken(),
      ]) {
        const error = await asked.then(JSON.stringify, (failed: Error) => failed);
        expect(error, JSON.stringify(laced)).toMatchObject({ code: 'internal' });
        expect(String(error)).not.toContain('njected');
      }
    }
    vault.on('getAccessTokenForUser', () => token());
    expect((await bot.getAccessTokenForUser('1'))?.accessToken).toBe('token-1');
  },
);

attack(
  'the same at the command, which prints tokens and hands them to programs',
  'an exit code of its own, nothing printed but an error, and no program started',
  async () => {
    for (const line of [
      'token -u 1',
      'token -u 1 --format header',
      'token -u 1 --json',
      'exec -u 1 -- bot',
    ]) {
      const { fixture, io } = await openTerminalFixture();
      for (const laced of lacedTokens()) {
        fixture.vault.on('getAccessTokenForUser', () => laced);
        expect(await run(line.split(' '), io)).not.toBe(0);
        expect([io.printed.out, io.spawned]).toEqual(['', []]);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(io.printed.err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|njected/);
      }
    }
  },
);
