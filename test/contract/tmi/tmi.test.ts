import { type EventEmitter, once } from 'node:events';
import tmi from 'tmi.js';
import { expect, onTestFinished, test } from 'vitest';
import { tmiPassword } from '../../../clients/javascript/src/tmi.ts';
import { connectBot } from '../../support/library-bot-fixture.ts';
import { BOT } from '../../support/people.ts';
import { shareRecordedVault } from '../../support/recorded-vault-fixture.ts';

const CHANNEL = 'luna_streams';
let version = 0;
const fixture = await shareRecordedVault([BOT, ['chat:read', 'chat:edit'], ['chat']]);

/** The next event of a name; its typings hide that the client is an EventEmitter. */
const next = (client: tmi.Client, event: string): Promise<unknown[]> =>
  once(client as unknown as EventEmitter, event);

/** A chat bot as the README has it; connected and in the channel. */
async function openChat(): Promise<tmi.Client> {
  version += 1;
  const wants = [{ intent: 'chat', scopes: [['chat:read'], ['chat:edit']] }];
  const provider = await connectBot(fixture, `tmi-bot-${version}`, { wants });
  const client = new tmi.Client({
    identity: { username: 'luna_bot', password: tmiPassword(provider) },
    connection: {
      server: '127.0.0.1',
      port: fixture.twitch.port,
      secure: false,
      reconnect: true,
      reconnectInterval: 50,
    },
    channels: [CHANNEL],
    options: { skipUpdatingEmotesets: true },
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  onTestFinished(async () => void (await client.disconnect()));
  const joined = next(client, 'roomstate');
  await client.connect();
  await joined;
  return client;
}

test('connects, hears and says', async () => {
  const client = await openChat();
  expect(client.getUsername()).toBe('luna_bot');
  const heard = next(client, 'message');
  fixture.twitch.control.say(CHANNEL, 'quiet_quinn', 'hello bot');
  const [channel, tags, message, own] = (await heard) as [string, tmi.ChatUserstate, string, boolean];
  expect([channel, tags.username, message, own]).toEqual([`#${CHANNEL}`, 'quiet_quinn', 'hello bot', false]);
  await client.say(CHANNEL, 'hello quinn');
  await expect.poll(() => fixture.twitch.control.chatMessages().at(-1)?.text).toBe('hello quinn');
});

test('reconnects after a cut and after RECONNECT', async () => {
  const client = await openChat();
  for (const act of ['drop', 'requestReconnect'] as const) {
    const back = next(client, 'roomstate');
    fixture.twitch.control[act]({ kind: 'chat' });
    await back;
  }
  expect(client.readyState()).toBe('OPEN');
  expect(fixture.refreshes()).toBe(0);
});

test('reconnects with a new token where the old one is dead: one refused login would be its last', async () => {
  const client = await openChat();
  fixture.twitch.control.expireTokens({ user: BOT });
  const back = next(client, 'roomstate');
  fixture.twitch.control.drop({ kind: 'chat' });
  await back;
  await client.say(CHANNEL, 'with a new token');
  await expect.poll(() => fixture.twitch.control.chatMessages().at(-1)?.text).toBe('with a new token');
  expect(fixture.refreshes()).toBe(1);
});

test('connects at first with a new token where the vault’s is dead', async () => {
  fixture.twitch.control.expireTokens({ user: BOT });
  expect((await openChat()).readyState()).toBe('OPEN');
  expect(fixture.refreshes()).toBe(1);
});
