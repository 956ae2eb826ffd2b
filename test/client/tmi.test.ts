import { expect, it } from 'vitest';
import { tmiPassword } from '../../client/src/tmi.ts';
import { token } from './fake-vault.ts';
import { setUp, untilEvent } from './set-up.ts';

it('gives tmi.js a password, asked for anew at each connect', async () => {
  const { vault, connect } = await setUp();
  vault.on('getAccessTokenForIntent', () => token());
  const bot = await connect();
  const password = tmiPassword(bot);
  expect(await password()).toBe('oauth:token-1');
  expect(vault.asked.at(-1)?.params).toMatchObject({
    intent: 'chat',
    scopeSets: [['chat:read'], ['chat:edit']],
  });
  vault.on('getAccessTokenForIntent', () => token({ accessToken: 'token-2' }));
  const heard = untilEvent(bot);
  vault.emit({ type: 'token.invalidated', userId: '1', reason: 'revoked' });
  await heard;
  expect(await password()).toBe('oauth:token-2');
});

it('asks for the scopes it is given', async () => {
  const { vault, connect } = await setUp();
  vault.on('getAccessTokenForIntent', () => token());
  await tmiPassword(await connect(), 'greeter', ['chat:read'])();
  expect(vault.asked.at(-1)?.params).toMatchObject({ intent: 'greeter', scopeSets: [['chat:read']] });
});

it('says when no account has the intent', async () => {
  const { vault, connect } = await setUp();
  vault.on('getAccessTokenForIntent', () => null);
  await expect(tmiPassword(await connect(), 'greeter')()).rejects.toMatchObject({ code: 'unknown-intent' });
});
