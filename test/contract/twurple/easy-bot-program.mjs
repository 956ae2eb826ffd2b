// A bot as its author wrote it: it knows Twitch's hosts and nothing of a sandbox.
import { StaticAuthProvider } from '@twurple/auth';
import { Bot, createBotCommand } from '@twurple/easy-bot';

const { CLIENT_ID = '', TOKEN = '', CHANNEL = '' } = process.env;
const greet = createBotCommand('hello', (_, { userDisplayName, reply }) => reply(`hello ${userDisplayName}`));
const bot = new Bot({
  authProvider: new StaticAuthProvider(CLIENT_ID, TOKEN),
  channels: [CHANNEL],
  commands: [greet],
});
bot.onJoin(({ broadcasterName }) => process.stdout.write(`joined ${broadcasterName}\n`));
bot.onJoinFailure(({ reason }) => process.stdout.write(`not joined: ${reason}\n`));
