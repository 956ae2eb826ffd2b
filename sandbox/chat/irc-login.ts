import { fromServer, globalTags, welcome } from './irc-replies.ts';
import type { IrcClient, IrcHall } from './irc-server-state.ts';

const LOGINS_AT_ONCE = 20;

/** Names that listen without a password; what follows is any number. */
const ANONYMOUS = /^justinfan\d+$/;

/** Twitch's words when the token is dead, of an app, of nobody, or without a chat scope. */
export const LOGIN_FAILED = 'Login authentication failed';

/**
 * NICK: who has given a good token with PASS before is in. The name comes from the token, whatever
 * NICK says. A refused program is told so and stays connected; it may try again.
 */
export function logIn(hall: IrcHall, client: IrcClient, nick: string): void {
  if (client.login !== null) return;
  const refusal = takeRefusal(hall);
  if (refusal !== undefined) return notice(client, refusal);
  if (ANONYMOUS.test(nick)) return enter(hall, client, nick, null);
  const token = /^oauth:(\S+)$/i.exec(client.pass ?? '')?.[1];
  if (token === undefined) return notice(client, 'Improperly formatted auth');
  const found = hall.tokens.find(token);
  const mayChat = found?.scopes.some((scope) => scope === 'chat:read' || scope === 'chat:edit') ?? false;
  const person = found?.userId ? hall.accounts.byId(found.userId) : undefined;
  if (!found || !person || !mayChat || !hall.paces.logins.allow(person.id, LOGINS_AT_ONCE))
    return notice(client, LOGIN_FAILED);
  client.token = found;
  enter(hall, client, person.login, person.id);
}

function enter(hall: IrcHall, client: IrcClient, login: string, userId: string | null): void {
  client.login = login;
  client.userId = userId;
  client.pass = null;
  for (const line of welcome(login)) client.pipe.send(line);
  const person = userId === null ? undefined : hall.accounts.byId(userId);
  if (!person || !client.caps.has('twitch.tv/commands')) return;
  const tags = client.caps.has('twitch.tv/tags') ? globalTags(person) : {};
  client.pipe.send(fromServer('GLOBALUSERSTATE', tags));
}

const notice = (client: IrcClient, words: string): void => client.pipe.send(fromServer(`NOTICE * :${words}`));

/** The words of a refusal that somebody asked for, which it uses up. */
function takeRefusal(hall: IrcHall): string | undefined {
  const { refusal } = hall;
  if (!refusal) return undefined;
  if (refusal.times !== 'all') refusal.times -= 1;
  if (refusal.times === 0) hall.refusal = null;
  return refusal.notice;
}
