import { describe, expect, it } from 'vitest';
import { connectFrom } from '../../../../clients/javascript/src/connect.ts';
import { openClientFixture, untilConnection } from '../../../support/client-fixture.ts';
import { SILENCE, token } from '../../../support/scripted-vault-fixture.ts';

const late = { code: 'timeout', retryable: true };

describe('a vault that keeps silent', () => {
  it.each(['hello', 'subscribe'])('after %s: connecting ends after 10 s', async (method) => {
    const { vault, host } = await openClientFixture();
    vault.on(method, () => SILENCE);
    const asked = vault.next(method);
    const connecting = connectFrom(host, { name: 'chat-bot', wants: [] });
    const outcome = expect(connecting).rejects.toMatchObject(late);
    await asked;
    host.advance(10_000);
    await outcome;
  });

  it('after pair: connecting ends after the time people have', async () => {
    const { vault, host } = await openClientFixture();
    vault.on('pair', () => SILENCE);
    const asked = vault.next('pair');
    const outcome = expect(
      connectFrom(host, { name: 'chat-bot', wants: [], timeoutMs: 90_000 }),
    ).rejects.toMatchObject(late);
    await asked;
    host.advance(89_999);
    host.advance(1);
    await outcome;
  });

  it('leaves its own deadline to the vault, with two seconds on top', async () => {
    const { vault, host, connect } = await openClientFixture();
    vault.on('getAccessTokenForUser', () => SILENCE);
    const bot = await connect({ timeoutMs: 60_000 });
    const asked = vault.next('getAccessTokenForUser');
    const outcome = expect(bot.getAccessTokenForUser('1')).rejects.toMatchObject(late);
    expect((await asked).timeoutMs).toBe(60_000);
    expect(host.timers()).toEqual([62_000]);
    host.advance(62_000);
    await outcome;
    expect(host.timers()).toEqual([]);
  });

  it('answers too late: nobody minds', async () => {
    const { vault, host, connect } = await openClientFixture();
    let release = (): void => {};
    vault.on('getAccessTokenForUser', () => new Promise((resolve) => (release = () => resolve(token()))));
    const bot = await connect();
    const asked = vault.next('getAccessTokenForUser');
    const outcome = expect(bot.getAccessTokenForUser('1')).rejects.toMatchObject(late);
    await asked;
    host.advance(122_000);
    await outcome;
    release();
    vault.on('getAccessTokenForUser', () => token({ accessToken: 'token-2' }));
    expect((await bot.getAccessTokenForUser('1'))?.accessToken).toBe('token-2');
  });

  it.each(['getAnyAccessToken', 'status'] as const)(
    '%s: no person is asked, so it ends after 30 s',
    async (method) => {
      const { vault, host, connect } = await openClientFixture();
      vault.on(method, () => SILENCE);
      const bot = await connect();
      const asked = vault.next(method);
      const outcome = expect(bot[method]()).rejects.toMatchObject(late);
      await asked;
      host.advance(32_000);
      await outcome;
    },
  );
});

describe('a request without a connection', () => {
  it('waits until its deadline, then tells why nobody answered', async () => {
    const { vault, host, connect } = await openClientFixture();
    const bot = await connect({ timeoutMs: 5000 });
    const lost = untilConnection(bot, 'reconnecting');
    await vault.stop();
    await lost;
    const waiting = expect(bot.getAccessTokenForUser('1')).rejects.toMatchObject({ retryable: true });
    host.advance(5000);
    await waiting;
  });
});

describe('timeoutMs', () => {
  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 600_001])('of %s is refused', async (timeoutMs) => {
    const { connect } = await openClientFixture();
    await expect(connect({ timeoutMs })).rejects.toMatchObject({ code: 'bad-request' });
  });
});
