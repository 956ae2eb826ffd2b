import { expect, test } from 'vitest';
import { LUNA, QUINN } from '../../../support/people.ts';
import { startFixture } from '../sandbox-fixture.ts';
import { joined, openChatAs, openWebSocket } from '../websocket-fixture.ts';

test.each<[string, object, string, string[]]>([
  [
    'chat.notification',
    { notice: 'resub', months: 7, text: 'hi', tier: '2000' },
    ':tmi.twitch.tv USERNOTICE #luna_streams :hi',
    [
      'msg-id=resub',
      'msg-param-cumulative-months=7',
      'msg-param-sub-plan=2000',
      `user-id=${QUINN}`,
      'login=quiet_quinn',
    ],
  ],
  [
    'chat.notification',
    { notice: 'raid', viewers: 42 },
    ':tmi.twitch.tv USERNOTICE #luna_streams',
    [
      'msg-id=raid',
      'msg-param-viewerCount=42',
      'system-msg=42\\sraiders\\sfrom\\s静かなクイン\\shave\\sjoined!',
    ],
  ],
  [
    'chat.notification',
    { notice: 'community_sub_gift', total: 10 },
    ':tmi.twitch.tv USERNOTICE #luna_streams',
    ['msg-id=submysterygift', 'msg-param-mass-gift-count=10'],
  ],
  [
    'ban',
    {},
    ':tmi.twitch.tv CLEARCHAT #luna_streams :quiet_quinn',
    [`target-user-id=${QUINN}`, `room-id=${LUNA}`],
  ],
  ['ban', { seconds: 60 }, ':tmi.twitch.tv CLEARCHAT #luna_streams :quiet_quinn', ['ban-duration=60']],
  ['chat.clear', {}, ':tmi.twitch.tv CLEARCHAT #luna_streams', [`room-id=${LUNA}`]],
  [
    'chat.message_delete',
    { message: 'x-1' },
    ':tmi.twitch.tv CLEARMSG #luna_streams :',
    ['target-msg-id=x-1'],
  ],
  [
    'cheer',
    { bits: 250, text: 'wow' },
    ':quiet_quinn!quiet_quinn@quiet_quinn.tmi.twitch.tv PRIVMSG #luna_streams :Cheer250 wow',
    ['bits=250', 'display-name=静かなクイン'],
  ],
])('%s with %j is heard over IRC', async (type, details, line, tags) => {
  const fixture = await startFixture();
  const bot = await openChatAs(fixture, LUNA);
  await joined(bot);
  fixture.sandbox.control.event({ type, user: QUINN, details });
  const heard = await bot.hear(' ', line.split(' ')[1] ?? '');
  const [before = '', ...rest] = heard.split(' ');
  expect(rest.join(' ')).toBe(line);
  expect(before.slice(1).split(';')).toEqual(expect.arrayContaining(tags));
});

test('is not heard elsewhere, nor by who did not ask for Twitch’s own commands', async () => {
  const fixture = await startFixture();
  const [plain, elsewhere] = [await openWebSocket(fixture), await openChatAs(fixture, LUNA)];
  plain.say('NICK justinfan1', 'JOIN #luna_streams');
  await plain.hear(' 366 ');
  await joined(elsewhere, 'pixelpia');
  for (const type of ['chat.notification', 'ban', 'cheer']) fixture.sandbox.control.event({ type });
  expect(await plain.hear('luna_streams')).toBe(
    ':quiet_quinn!quiet_quinn@quiet_quinn.tmi.twitch.tv PRIVMSG #luna_streams :Cheer100 hello',
  );
  elsewhere.say('PING :end');
  expect(await elsewhere.hear(':')).toContain('PONG');
});
