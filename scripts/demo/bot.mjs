// The demo's sample bot, and an example of how to write one: Twurple on tokens out of Castkey.
// It never sees a refresh token or a client secret, and never opens a browser.
import { ApiClient } from '@twurple/api';
import { connect } from 'castkey-client';

/** What each scope is for, in the bot's own words. */
const PURPOSE = {
  'moderator:read:chatters': 'to see who is in chat',
  'channel:manage:broadcast': 'to change the title of the stream',
  'user:write:chat': 'to say hello in chat',
};
const MINUTE_MS = 60_000;
const MAX_ANSWER_WAIT_MS = 5 * MINUTE_MS;

const say = (line) => process.stdout.write(`${line}\n`);
const received = [];

/** Asks Castkey for a token and tells what came; of the token itself no more than four characters. */
async function ask(authProvider, userId, scope) {
  const login = authProvider.users.find((user) => user.userId === userId)?.login ?? userId;
  say(`asks for ${scope ? `${scope} of ${login}, ${PURPOSE[scope]}` : `a token of ${login}`}`);
  const token = await authProvider.getAccessTokenForUser(userId, scope ? [scope] : undefined);
  if (token === null) throw new Error(`Castkey does not have the account ${login}`);
  const words = `token ${mask(token)}, ${scopesOf(token)}, good for ${timeLeft(token)}`;
  received.push(`${login}: ${words}`);
  say(`got ${words}`);
}

const mask = ({ accessToken }) => `${accessToken.slice(0, 4)}…`;
const scopesOf = ({ scope }) => (scope.length === 0 ? 'no scopes' : `scopes ${scope.join(' ')}`);

function timeLeft({ obtainmentTimestamp, expiresIn }) {
  if (expiresIn === null) return 'ever';
  const minutes = Math.round((obtainmentTimestamp + expiresIn * 1000 - Date.now()) / MINUTE_MS);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function answered(what) {
  received.push(`Twitch answered: ${what}`);
  say(`Twitch answers: ${what}`);
}

async function work(authProvider, api, channel) {
  await ask(authProvider, channel);
  const me = await api.users.getAuthenticatedUser(channel);
  const now = await api.channels.getChannelInfoById(channel);
  answered(`${me.displayName} (user ${me.id}) streams "${now?.title || 'without a title'}"`);

  await ask(authProvider, channel, 'moderator:read:chatters');
  const { data: chatters } = await api.chat.getChatters(channel);
  answered(`${chatters.length} people are in chat: ${chatters.map((one) => one.userName).join(', ')}`);

  await ask(authProvider, channel, 'channel:manage:broadcast');
  await api.channels.updateChannelInfo(channel, { title: 'Cardboard rocket, part 2: the engine' });
  const changed = await api.channels.getChannelInfoById(channel);
  answered(`the title is now "${changed?.title}"`);

  const speaker = authProvider.users.find(({ intents }) => intents.includes('chat'));
  if (speaker && speaker.userId !== channel) await greet(authProvider, api, channel, speaker.userId);
}

/** With an account of its own the bot speaks as itself, not as the streamer. */
async function greet(authProvider, api, channel, speaker) {
  await ask(authProvider, speaker, 'user:write:chat');
  const sent = await api.asUser(speaker, (own) => own.chat.sendChatMessage(channel, 'Hello, everybody!'));
  answered(sent.isSent ? 'the message is in chat' : `the message was dropped (${sent.dropReasonMessage})`);
}

/** @param {string} channel the user ID of the streamer it works for */
async function main(channel) {
  say('asks Castkey to be let in');
  const authProvider = await connect({
    name: 'stream-helper',
    reason: 'Says hello in your chat and keeps the title of your stream up to date.',
    wants: [
      { user: channel, scopes: [['moderator:read:chatters']] },
      { intent: 'chat', scopes: [['user:write:chat']] },
    ],
    timeoutMs: MAX_ANSWER_WAIT_MS,
  });
  say('is let in');
  await work(authProvider, new ApiClient({ authProvider }), channel);
  say('has all it wanted. In short:');
  for (const line of received) say(`  ${line}`);
  say('done');
  // A real bot goes on. This one waits, connected, until whoever started it lets go.
  for await (const _ of process.stdin);
  authProvider.close();
}

main(process.argv[2]).catch((error) => {
  say(`failed: ${error.message}${error.code === undefined ? '' : ` (${error.code})`}`);
  process.exitCode = 1;
});
