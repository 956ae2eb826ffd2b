/** Twitch says how long a token has yet to live, not when it ends: counted from when it answered, not from when that is read. */
import type { Clock } from '../ports.ts';
import type { Lifetime } from './answers.ts';
import type { Twitch } from './endpoints.ts';
import type { TwitchReply } from './reply.ts';

/** No request takes longer, in milliseconds: the computer slept meanwhile. */
const AWAKE_MS = 15_000;

/** The same calls; what a token lives is shortened by the time the computer slept over the answer. */
export function countSleep(twitch: Twitch, clock: Pick<Clock, 'monotonic'>): Twitch {
  async function counted<T extends { expiresIn: Lifetime }>(
    call: () => Promise<TwitchReply<T>>,
  ): Promise<TwitchReply<T>> {
    const asked = clock.monotonic();
    const reply = await call();
    const waited = clock.monotonic() - asked;
    if (reply.kind !== 'ok' || typeof reply.value.expiresIn !== 'number' || waited <= AWAKE_MS) return reply;
    const expiresIn = Math.max(0, reply.value.expiresIn - waited / 1000);
    return { ...reply, value: { ...reply.value, expiresIn } };
  }
  return {
    ...twitch,
    refresh: (...of) => counted(() => twitch.refresh(...of)),
    pollDevice: (...of) => counted(() => twitch.pollDevice(...of)),
    exchangeCode: (...of) => counted(() => twitch.exchangeCode(...of)),
    appToken: (...of) => counted(() => twitch.appToken(...of)),
    validate: (...of) => counted(() => twitch.validate(...of)),
  };
}
