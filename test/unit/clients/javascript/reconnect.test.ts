import { describe, expect, it } from 'vitest';
import { backOff } from '../../../../clients/javascript/src/back-off.ts';
import type { Host } from '../../../../clients/javascript/src/host.ts';
import { fakeHost, openClientFixture, untilConnection } from '../../../support/client-fixture.ts';
import { Refusal, SILENCE, token } from '../../../support/scripted-vault-fixture.ts';

describe('a vault that restarts', () => {
  it('is called again, with proof and subscription', async () => {
    const { vault, connect } = await openClientFixture();
    const bot = await connect();
    const lost = untilConnection(bot, 'reconnecting');
    const back = untilConnection(bot, 'connected');
    await vault.stop();
    await lost;
    await vault.start();
    await back;
    expect(vault.asked.slice(-3).map(({ method }) => method)).toEqual(['hello', 'authenticate', 'subscribe']);
  });

  it('does not take a bot down: tokens that are good are served meanwhile', async () => {
    const { vault, host, connect } = await openClientFixture();
    vault.on('getAccessTokenForUser', () => token());
    const bot = await connect();
    await bot.getAccessTokenForUser('1', ['chat:read']);
    const lost = untilConnection(bot, 'reconnecting');
    await vault.stop();
    await lost;
    expect(await bot.getAccessTokenForUser('1', ['chat:read'])).toEqual(token());
    host.advance(14_400_000);
    const late = bot.getAccessTokenForUser('1', ['chat:read']);
    host.advance(120_000);
    await expect(late).rejects.toMatchObject({ name: 'CastkeyError', retryable: true });
  });

  it('and at once falls again: tokens from before are served still', async () => {
    const { vault, connect } = await openClientFixture();
    vault.on('getAccessTokenForUser', () => token());
    const bot = await connect();
    await bot.getAccessTokenForUser('1');
    const back = untilConnection(bot, 'connected');
    vault.hangUp();
    await back;
    const lost = untilConnection(bot, 'reconnecting');
    await vault.stop();
    await lost;
    expect(await bot.getAccessTokenForUser('1')).toEqual(token());
  });

  it('is asked again for what was held, and its silence about Twitch does no harm', async () => {
    const { vault, connect } = await openClientFixture();
    vault.on('getAccessTokenForUser', () => token());
    const bot = await connect();
    await bot.getAccessTokenForUser('1');
    const back = untilConnection(bot, 'connected');
    vault.hangUp();
    await back;
    vault.on('getAccessTokenForUser', () => {
      throw new Refusal({ code: 'twitch-unreachable', retryable: true });
    });
    expect(await bot.getAccessTokenForUser('1')).toEqual(token());
    expect(vault.count('getAccessTokenForUser')).toBe(2);
    vault.on('getAccessTokenForUser', () => {
      throw new Refusal({ code: 'denied', retryable: false });
    });
    await expect(bot.getAccessTokenForUser('1')).rejects.toMatchObject({ code: 'denied' });
  });

  it('answers what was asked while it was away', async () => {
    const { vault, connect } = await openClientFixture();
    vault.on('getAccessTokenForUser', () => token());
    const bot = await connect();
    const lost = untilConnection(bot, 'reconnecting');
    await vault.stop();
    await lost;
    const waiting = bot.getAccessTokenForUser('1');
    await vault.start();
    expect(await waiting).toEqual(token());
  });

  it('answers what was asked when it fell', async () => {
    const { vault, connect } = await openClientFixture();
    vault.on('getAccessTokenForUser', () => SILENCE);
    const bot = await connect();
    const asked = vault.next('getAccessTokenForUser');
    const waiting = bot.getAccessTokenForUser('1');
    await asked;
    vault.on('getAccessTokenForUser', () => token());
    vault.hangUp();
    expect(await waiting).toEqual(token());
    expect(vault.count('getAccessTokenForUser')).toBe(2);
  });

  it('that says it is quitting is asked again after its return', async () => {
    const { vault, connect } = await openClientFixture();
    vault.on('getAccessTokenForUser', () => {
      vault.on('getAccessTokenForUser', () => token());
      throw new Refusal({ code: 'shutting-down', retryable: true });
    });
    expect(await (await connect()).getAccessTokenForUser('1')).toEqual(token());
    expect(vault.count('hello')).toBe(2);
  });

  it('is not asked for ever if it falls at each question', async () => {
    const { vault, connect } = await openClientFixture();
    vault.on('getAccessTokenForUser', () => {
      vault.hangUp();
      return SILENCE;
    });
    const bot = await connect();
    await expect(bot.getAccessTokenForUser('1')).rejects.toMatchObject({
      code: 'connection-lost',
      retryable: true,
    });
    expect(vault.count('getAccessTokenForUser')).toBe(3);
  });
});

describe('a vault that has forgotten the bot', () => {
  it('is not asked for a window until the bot needs something', async () => {
    const { vault, connect } = await openClientFixture();
    vault.on('getAccessTokenForUser', () => token());
    const bot = await connect();
    vault.keys.clear();
    vault.hangUp();
    await vault.next('hello');
    await vault.next('hello');
    expect(vault.count('pair')).toBe(1);
    expect(await bot.getAccessTokenForUser('1')).toEqual(token());
    expect(vault.count('pair')).toBe(2);
  });

  it('and denies it is believed at once', async () => {
    const { vault, connect } = await openClientFixture();
    const bot = await connect();
    vault.keys.clear();
    vault.on('pair', () => {
      throw new Refusal({ code: 'denied', retryable: false });
    });
    vault.hangUp();
    await expect(bot.getAccessTokenForUser('1')).rejects.toMatchObject({ code: 'denied', retryable: false });
  });
});

describe('the end', () => {
  it('comes with close: what waits fails, what is held is forgotten', async () => {
    const { vault, connect } = await openClientFixture();
    vault.on('getAccessTokenForUser', () => token());
    vault.on('getAnyAccessToken', () => SILENCE);
    const bot = await connect();
    await bot.getAccessTokenForUser('1');
    const waiting = bot.getAnyAccessToken();
    bot.close();
    const error = { code: 'connection-lost', retryable: false };
    await expect(waiting).rejects.toMatchObject(error);
    await expect(bot.getAccessTokenForUser('1')).rejects.toMatchObject(error);
    bot.close();
  });

  it('comes with the signal', async () => {
    const { connect } = await openClientFixture();
    const leave = new AbortController();
    const bot = await connect({ signal: leave.signal });
    const closed = untilConnection(bot, 'closed');
    leave.abort();
    await closed;
    await expect(connect({ signal: leave.signal })).rejects.toBe(leave.signal.reason);
  });

  it('comes with the signal while the streamer is being asked', async () => {
    const { vault, connect } = await openClientFixture();
    vault.on('pair', () => SILENCE);
    const leave = new AbortController();
    const asked = vault.next('pair');
    const connecting = connect({ signal: leave.signal });
    await asked;
    leave.abort();
    await expect(connecting).rejects.toBe(leave.signal.reason);
  });
});

describe('the waits between tries', () => {
  const { signal } = new AbortController();

  /** A host on which each wait is over at once and takes the time it was meant to. */
  function hastyHost(): { host: Host; waits: number[] } {
    const waits: number[] = [];
    const clock = fakeHost('/');
    const host: Host = {
      ...clock,
      random: () => 0,
      after(ms, action) {
        waits.push(ms);
        clock.advance(ms);
        queueMicrotask(action);
        return () => {};
      },
    };
    return { host, waits };
  }

  it('double up to ten seconds, also for a vault that hangs up on each call', async () => {
    const { host, waits } = hastyHost();
    const { pause } = backOff(host);
    for (let tries = 0; tries < 9; tries += 1) await pause(tries % 2 === 0, signal);
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  });

  it('start anew after a connection that lasted', async () => {
    const { host, waits } = hastyHost();
    const { pause } = backOff(host);
    for (let tries = 0; tries < 5; tries += 1) await pause(false, signal);
    host.after(10_001, () => {});
    waits.length = 0;
    await pause(true, signal);
    expect(waits).toEqual([100]);
  });

  it('are shortened by chance, by half at most', async () => {
    const { host, waits } = hastyHost();
    const { pause } = backOff({ ...host, random: () => 0.999_999 });
    await pause(false, signal);
    expect(waits[0]).toBeCloseTo(50, 3);
  });
});
