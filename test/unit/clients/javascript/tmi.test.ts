import { expect, it } from 'vitest';
import { tmiPassword } from '../../../../clients/javascript/src/tmi.ts';
import { openClientFixture, untilEvent } from '../../../support/client-fixture.ts';
import { Refusal, type ScriptedVault, token } from '../../../support/scripted-vault-fixture.ts';

/** What the vault was asked for, first of all. */
const question = ({ asked }: ScriptedVault): unknown =>
  asked.find(({ method }) => method === 'getAccessTokenForIntent')?.params;

it('gives tmi.js a password, asked for anew at each connect', async () => {
  const { vault, connect } = await openClientFixture();
  vault.on('getAccessTokenForIntent', () => token());
  vault.on('refreshAccessTokenForIntent', () => token());
  const bot = await connect();
  const password = tmiPassword(bot);
  expect(await password()).toBe('oauth:token-1');
  expect(question(vault)).toMatchObject({
    intent: 'chat',
    scopeSets: [['chat:read'], ['chat:edit']],
  });
  vault.on('getAccessTokenForIntent', () => token({ accessToken: 'token-2' }));
  vault.on('refreshAccessTokenForIntent', () => token({ accessToken: 'token-2' }));
  const heard = untilEvent(bot);
  vault.emit({ type: 'token.invalidated', userId: '1', reason: 'revoked' });
  await heard;
  expect(await password()).toBe('oauth:token-2');
});

it('asks for the scopes it is given', async () => {
  const { vault, connect } = await openClientFixture();
  vault.on('getAccessTokenForIntent', () => token());
  vault.on('refreshAccessTokenForIntent', () => token());
  await tmiPassword(await connect(), 'greeter', ['chat:read'])();
  expect(question(vault)).toMatchObject({ intent: 'greeter', scopeSets: [['chat:read']] });
});

it('says when no account has the intent', async () => {
  const { vault, connect } = await openClientFixture();
  vault.on('getAccessTokenForIntent', () => null);
  await expect(tmiPassword(await connect(), 'greeter')()).rejects.toMatchObject({ code: 'unknown-intent' });
});

it('has the vault look whether Twitch still takes the token, and gives the new one if not', async () => {
  const { vault, connect } = await openClientFixture();
  vault.on('getAccessTokenForIntent', () => token());
  vault.on('refreshAccessTokenForIntent', () => token({ accessToken: 'token-2' }));
  expect(await tmiPassword(await connect())()).toBe('oauth:token-2');
  const refresh = vault.asked.find(({ method }) => method === 'refreshAccessTokenForIntent');
  expect(refresh?.params).toMatchObject({ rejected: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

it('gives the token in hand when Twitch can’t be asked, and fails when the login is over', async () => {
  const { vault, connect } = await openClientFixture();
  vault.on('getAccessTokenForIntent', () => token());
  vault.on('refreshAccessTokenForIntent', () => {
    throw new Refusal({ code: 'twitch-unreachable', retryable: true });
  });
  const password = tmiPassword(await connect());
  expect(await password()).toBe('oauth:token-1');
  vault.on('refreshAccessTokenForIntent', () => {
    throw new Refusal({ code: 'needs-sign-in', retryable: false });
  });
  await expect(password()).rejects.toMatchObject({ code: 'needs-sign-in' });
});

it('takes any provider that knows intents', async () => {
  const plain = { getAccessTokenForIntent: async () => ({ accessToken: 'plain' }) };
  expect(await tmiPassword(plain)()).toBe('oauth:plain');
});
