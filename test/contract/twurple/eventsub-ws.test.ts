import { ApiClient } from '@twurple/api';
import { EventSubWsListener } from '@twurple/eventsub-ws';
import { expect, onTestFinished, test } from 'vitest';
import { connectBot, happens, QUIET } from '../../support/library-bot-fixture.ts';
import { BOT, LUNA, MAX, QUINN } from '../../support/people.ts';
import { shareRecordedVault } from '../../support/recorded-vault-fixture.ts';

let version = 0;
const fixture = await shareRecordedVault(
  [BOT, ['user:read:chat', 'moderator:read:followers'], ['events']],
  [LUNA, ['user:read:email']],
);

/** A listener as Twurple's documentation has it. */
async function openListener(): Promise<EventSubWsListener> {
  version += 1;
  const wants = [{ user: BOT, scopes: [['user:read:chat'], ['moderator:read:followers']] }, { user: LUNA }];
  const authProvider = await connectBot(fixture, `event-bot-${version}`, { wants });
  const listener = new EventSubWsListener({ apiClient: new ApiClient({ authProvider, ...QUIET }), ...QUIET });
  onTestFinished(() => listener.stop());
  return listener;
}

/** What the listener's next subscription brings first, once it is in force. */
async function subscribe<E>(
  listener: EventSubWsListener,
  begin: (hear: (event: E) => void) => unknown,
): Promise<{ next: () => Promise<E> }> {
  const created = happens(listener.onSubscriptionCreateSuccess);
  const heard: E[] = [];
  let wake = (): void => {};
  begin((event) => {
    heard.push(event);
    wake();
  });
  await created;
  const next = async (): Promise<E> => {
    for (;;) {
      const event = heard.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { next };
}

test('brings chat messages, follows and streams that begin', async () => {
  const listener = await openListener();
  listener.start();
  const chat = await subscribe<{ messageText: string; chatterId: string }>(listener, (hear) =>
    listener.onChannelChatMessage(LUNA, BOT, hear),
  );
  const follows = await subscribe<{ userId: string }>(listener, (hear) =>
    listener.onChannelFollow(LUNA, BOT, hear),
  );
  const streams = await subscribe<{ broadcasterName: string }>(listener, (hear) =>
    listener.onStreamOnline(LUNA, hear),
  );
  fixture.twitch.control.say(LUNA, MAX, 'hello');
  expect(await chat.next()).toMatchObject({ messageText: 'hello', chatterId: MAX });
  expect(fixture.twitch.control.follow(LUNA, QUINN)).toBe(1);
  expect(await follows.next()).toMatchObject({ userId: QUINN });
  expect(fixture.twitch.control.setLive(LUNA, true)).toBe(1);
  expect(await streams.next()).toMatchObject({ broadcasterName: 'luna_streams' });
  expect(fixture.refreshes()).toBe(0);
});

test('survives that its token is renewed, and that the old one dies', async () => {
  const listener = await openListener();
  listener.start();
  const chat = await subscribe<{ messageText: string }>(listener, (hear) =>
    listener.onChannelChatMessage(LUNA, BOT, hear),
  );
  expect(await fixture.vault.actions['account.refresh'].run({ userId: BOT })).toMatchObject({ ok: true });
  fixture.twitch.control.say(LUNA, MAX, 'after the renewal');
  expect(await chat.next()).toMatchObject({ messageText: 'after the renewal' });
  fixture.pass(10_000);
  fixture.twitch.control.expireTokens({ user: BOT });
  fixture.twitch.control.say(LUNA, MAX, 'after the death');
  expect(await chat.next()).toMatchObject({ messageText: 'after the death' });
  await subscribe(listener, (hear) => listener.onChannelFollow(LUNA, BOT, hear));
  expect(fixture.refreshes()).toBe(2);
});

test('moves when Twitch asks it to, and subscribes anew after a cut, with a new token if need be', async () => {
  const listener = await openListener();
  listener.start();
  const chat = await subscribe<{ messageText: string }>(listener, (hear) =>
    listener.onChannelChatMessage(LUNA, BOT, hear),
  );
  const moved = happens(listener.onUserSocketReady);
  expect(fixture.twitch.control.requestReconnect({ kind: 'eventsub' })).toBe(1);
  await moved;
  fixture.twitch.control.say(LUNA, MAX, 'after the move');
  expect(await chat.next()).toMatchObject({ messageText: 'after the move' });
  fixture.twitch.control.expireTokens({ user: BOT });
  const again = happens(listener.onSubscriptionCreateSuccess);
  fixture.twitch.control.drop({ kind: 'eventsub' });
  await again;
  fixture.twitch.control.say(LUNA, MAX, 'after the cut');
  expect(await chat.next()).toMatchObject({ messageText: 'after the cut' });
  expect(fixture.refreshes()).toBe(1);
});

test('is told when the streamer takes the application back', async () => {
  const listener = await openListener();
  listener.start();
  await subscribe(listener, (hear) => listener.onChannelChatMessage(LUNA, BOT, hear));
  const revoked = new Promise((resolve) => listener.onRevoke((_, status) => resolve(status)));
  fixture.twitch.control.disconnect({ user: BOT });
  expect(await revoked).toBe('authorization_revoked');
});
