import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { castkeyProgram } from '../../support/castkey-program-fixture.ts';
import { openClientFixture } from '../../support/client-fixture.ts';
import { connectBot } from '../../support/library-bot-fixture.ts';
import { whyNoOwnNetwork } from '../../support/own-network.ts';
import { BOT } from '../../support/people.ts';
import { openRecordedVault, type RecordedVaultFixture } from '../../support/recorded-vault-fixture.ts';
import { until } from '../../support/until.ts';

const why = whyNoOwnNetwork();
const PROGRAM = fileURLToPath(new URL('easy-bot-program.mjs', import.meta.url));

describe.skipIf(why !== undefined)(
  `Twurple 7, unchanged, in castkey sandbox run${why ? ` (${why})` : ''}`,
  () => {
    const castkey = castkeyProgram('client-sandbox', 'client-namespace');
    let fixture: RecordedVaultFixture;
    beforeAll(async () => {
      fixture = await openRecordedVault();
      await fixture.signIn(BOT, ['chat:read', 'chat:edit'], ['chat']);
    });
    afterAll(() => fixture.close());

    test('answers in the sandbox’s chat, with the vault’s token', async () => {
      const wants = [{ intent: 'chat', scopes: [['chat:read'], ['chat:edit']] }];
      const provider = await connectBot(fixture, 'easy-bot', { wants });
      const token = await provider.getAccessTokenForUser(BOT);
      const env = { CLIENT_ID: provider.clientId, TOKEN: token?.accessToken ?? '', CHANNEL: 'luna_streams' };
      const { port, control } = fixture.twitch;
      const args = ['sandbox', 'run', '--port', String(port), '--', process.execPath, PROGRAM];
      const bot = castkey.start(await openClientFixture(), args, { env });
      expect(await bot.until('joined')).toContain('joined luna_streams');
      const asked = control.say('luna_streams', 'modmax', '!hello');
      await until(() => control.chatMessages().at(-1)?.replyTo === asked.id);
      expect(control.chatMessages().at(-1)).toMatchObject({ senderId: BOT, text: 'hello ModMax' });
      expect(control.requests({ path: '/oauth2/validate', status: 200 }).length).toBeGreaterThan(0);
      bot.process.kill('SIGTERM');
      expect((await bot.ended()).code).toBe(143);
    });
  },
);
