import { fromServer, globalTags, welcome } from './irc-replies.ts';
import type { IrcClient, IrcServerState } from './irc-server-state.ts';

const MAX_LOGINS = 20;

/** Names that listen without a password; what follows is any number. */
const ANONYMOUS = /^justinfan\d+$/;

/** Twitch's words when the token is expired, unknown, of an app, or without a chat scope. */
export const LOGIN_FAILED = 'Login authentication failed';

/**
 * NICK: who has given a good token with PASS before is in. The name comes from the token, whatever
 * NICK says. A refused program is told so and stays connected; it may try again.
 */
export function logIn(state: IrcServerState, client: IrcClient, nick: string): void {
  if (client.login !== null) return;
  const refusal = takeRefusal(state);
  if (refusal !== undefined) return notice(client, refusal);
  if (ANONYMOUS.test(nick)) return completeLogin(state, client, nick, null);
  const token = /^oauth:(\S+)$/i.exec(client.pass ?? '')?.[1];
  if (token === undefined) return notice(client, 'Improperly formatted auth');
  const found = state.tokens.find(token);
  const mayChat = found?.scopes.some((scope) => scope === 'chat:read' || scope === 'chat:edit') ?? false;
  const person = found?.userId ? state.accounts.byId(found.userId) : undefined;
  if (!found || !person || !mayChat || !state.limits.logins.allow(person.id, MAX_LOGINS))
    return notice(client, LOGIN_FAILED);
  client.token = found;
  completeLogin(state, client, person.login, person.id);
}

function completeLogin(state: IrcServerState, client: IrcClient, login: string, userId: string | null): void {
  client.login = login;
  client.userId = userId;
  client.pass = null;
  for (const line of welcome(login)) client.connection.send(line);
  const person = userId === null ? undefined : state.accounts.byId(userId);
  if (!person || !client.caps.has('twitch.tv/commands')) return;
  const tags = client.caps.has('twitch.tv/tags') ? globalTags(person) : {};
  client.connection.send(fromServer('GLOBALUSERSTATE', tags));
}

const notice = (client: IrcClient, words: string): void =>
  client.connection.send(fromServer(`NOTICE * :${words}`));

/** The words of a refusal that somebody asked for, which it uses up. */
function takeRefusal(state: IrcServerState): string | undefined {
  const { refusal } = state;
  if (!refusal) return undefined;
  if (refusal.times !== 'all') refusal.times -= 1;
  if (refusal.times === 0) state.refusal = null;
  return refusal.notice;
}
