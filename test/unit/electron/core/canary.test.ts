import { describe, expect, it } from 'vitest';
import { createCanary } from '../../../support/canary.ts';
import { HOUR, SECOND } from '../../../support/fake-time.ts';
import { MARKER } from '../../../support/fake-twitch-state.ts';
import { ALICE } from '../../../support/people.ts';
import { resultOf } from '../../../support/test-bot.ts';
import { answers, json, lostAnswer, text } from '../../../support/twitch-replies.ts';
import { pairBot, vaultFixtureWithAlice } from '../../../support/vault-fixture.ts';

// Every test with a vault fixture ends by searching all it wrote, showed, logged and sent for secrets
// (test/support/vault-fixture.ts). These tests are about that search, and about ways a secret might take.

describe('the search for secrets', () => {
  it.each([
    ['a token in a view', { accounts: [{ hidden: `${MARKER}access1` }] }],
    ['a key of a map', new Map([[`${MARKER}refresh1`, 1]])],
    ['an error', new Error(`refused: ${MARKER}client1`)],
    ['a text', `log ${MARKER}device2 end`],
  ])('finds %s', (_name, what) => {
    const canary = createCanary();
    canary.saw('somewhere', what);
    expect(canary.leaks()).toHaveLength(1);
  });

  it('finds a pairing key in what came before it was known', () => {
    const canary = createCanary();
    canary.saw('log', 'paired with k3y');
    canary.heard(JSON.stringify({ id: 1, result: { keyId: 'i', key: 'k3y' } }));
    expect(canary.leaks()).toHaveLength(1);
  });

  it.each([
    [
      'a refresh token beside an access token',
      { result: { accessToken: `${MARKER}access1`, refreshToken: `${MARKER}refresh2` } },
    ],
    ['an access token in an event', { params: { type: 'token.changed', token: `${MARKER}access1` } }],
    ['an access token in an error', { error: { message: `${MARKER}access1` } }],
  ])('finds %s on the pipe', (_name, line) => {
    const canary = createCanary();
    canary.heard(JSON.stringify(line));
    expect(canary.leaks()).toHaveLength(1);
  });

  it('lets an access token pass in an answer, which is what the pipe is for', () => {
    const canary = createCanary();
    canary.heard(JSON.stringify({ id: 1, result: { accessToken: `${MARKER}access1`, refreshToken: null } }));
    expect(canary.leaks()).toEqual([]);
  });
});

describe('secrets', () => {
  it('stay inside when Twitch’s answers are odd and repeat them', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    const bot = await pairBot(fixture);
    const echo = `cut {"access_token":"${MARKER}access99","refresh_token":"${MARKER}refresh99"`;
    fixture.twitch.next('refresh', answers(text(200, echo)), answers(text(500, echo)), lostAnswer);
    for (let turn = 0; turn < 4; turn += 1) {
      await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
      await fixture.time.pass(11 * SECOND);
    }
    fixture.twitch.next('validate', answers(json(500, { message: echo })));
    fixture.vault.resume();
    await fixture.time.pass(5 * HOUR);
    const answer = await bot.request('status', {});
    expect(resultOf(answer).users).toHaveLength(1);
    expect(fixture.canary.leaks()).toEqual([]);
  });
});
