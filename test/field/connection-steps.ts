/** Helix with its limits, and chat and EventSub held open while the login is renewed. */
import { randomUUID } from 'node:crypto';
import { parseJson } from '../../shared/parse-json.ts';
import type { Listening } from './calls.ts';
import { answerFact, type Fact, membersOf } from './facts.ts';
import { livesOn, newest, refreshWith, type Session, type Step, takePair } from './session.ts';

/** Milliseconds for what comes at once. */
const SOON_MS = 10_000;

const helix: Step = {
  name: 'helix',
  title: 'asking Helix, and for its limits',
  async run({ calls, clientId, first, userId }, fact) {
    const { access: token } = newest(first, 'login');
    const one = await calls.helix('users', { token, clientId });
    fact('users', answerFact(one));
    const names = [...one.headers.keys()].filter((name) => name.startsWith('ratelimit-'));
    fact('rate-limit headers', names.sort());
    const points = (name: string): number => Number(one.headers.get(`ratelimit-${name}`) ?? 0);
    fact('points a minute', points('limit'));
    fact('a call takes points', points('remaining') < points('limit'));
    const chatters = `chat/chatters?broadcaster_id=${userId}&moderator_id=${userId}`;
    fact('without a scope', answerFact(await calls.helix(chatters, { token, clientId })));
  },
};

/** The numerics that greet, such as 001. */
const numericsOf = ({ messages }: Listening): Fact =>
  messages.flatMap((message) => [...message.matchAll(/^:\S+ (\d{3}) /gm)].map(([, code = '']) => code));

interface EventSubMessage {
  metadata?: { message_type?: unknown };
  payload?: { session?: { id?: unknown; keepalive_timeout_seconds?: unknown } };
}
const eventSubMessage = (text: string | undefined) => parseJson(text ?? '') as EventSubMessage | undefined;

const connections: Step = {
  name: 'connections',
  title: 'connecting to chat and EventSub',
  async run({ calls, clientId, first, account, userId, sheet, sockets }, fact) {
    const { access: token } = newest(first, 'login');
    const stranger = await calls.chat();
    stranger.send(`PASS oauth:${'x'.repeat(30)}\r\nNICK ${account}\r\n`);
    const refused = await stranger.heard((text) => text.includes('NOTICE'), SOON_MS);
    fact('chat with nonsense', /NOTICE \* :(.*)/.exec(refused ?? '')?.[1]?.trim() ?? null);
    stranger.close();
    const chat = await calls.chat();
    sockets.chat = chat;
    chat.send(`PASS oauth:${token}\r\nNICK ${account}\r\n`);
    await chat.heard((text) => / 376 /.test(text), SOON_MS);
    fact('chat greets with', numericsOf(chat));
    const eventSub = await calls.eventSub();
    sockets.eventSub = eventSub;
    const welcome = eventSubMessage(
      await eventSub.heard((text) => text.includes('session_welcome'), SOON_MS),
    );
    const session = welcome?.payload?.session;
    const sessionId = typeof session?.id === 'string' ? session.id : '';
    sheet.hide(sessionId);
    fact('EventSub welcome', { metadata: membersOf(welcome?.metadata), session: membersOf(session) });
    fact('EventSub keepalive in seconds', Number(session?.keepalive_timeout_seconds ?? 0));
    const asked = {
      ...{ type: 'stream.online', version: '1', condition: { broadcaster_user_id: userId } },
      transport: { method: 'websocket', session_id: sessionId },
    };
    const subscribed = await calls.helix('eventsub/subscriptions', { token, clientId }, asked);
    fact('EventSub subscription', answerFact(subscribed));
    const [made] = (subscribed.body as { data?: { id?: unknown }[] } | undefined)?.data ?? [];
    if (typeof made?.id === 'string') {
      sockets.subscription = made.id;
      sheet.hide(made.id);
    }
  },
};

/** How chat, EventSub and the subscription stand. */
export async function standing({ calls, clientId, sockets }: Session, token: string): Promise<Fact> {
  const { chat, eventSub, subscription } = sockets;
  const word = `castkey${randomUUID()}`;
  if (chat?.closed() === null) chat.send(`PING :${word}\r\n`);
  const answered = await chat?.heard((text) => text.includes(word), SOON_MS);
  const listed = await calls.helix('eventsub/subscriptions', { token, clientId });
  const { data = [] } = (listed.body ?? {}) as { data?: { id?: unknown; status?: unknown }[] };
  const status = data.find(({ id }) => id === subscription)?.status;
  const told = eventSub?.messages.some((text) => text.includes('"revocation"')) ?? false;
  return {
    chat: answered ? 'answers' : chat?.closed() == null ? 'is silent' : `closed with ${chat.closed()}`,
    EventSub: eventSub?.closed() == null ? 'is open' : `closed with ${eventSub.closed()}`,
    subscription: listed.status === 200 && typeof status === 'string' ? status : answerFact(listed),
    'was told of a revocation': told,
  };
}

const renewal: Step = {
  name: 'renewal',
  title: 'renewing the login, with the connections open',
  async run(session, fact) {
    const before = newest(session.first, 'login');
    const reply = await refreshWith(session, before);
    fact('answer', answerFact(reply));
    const pair = takePair(session, reply);
    if (pair === null) return;
    session.first.push(pair);
    fact('the refresh token is a new one', pair.refresh !== before.refresh);
    fact('the access token is a new one', pair.access !== before.access);
    fact('the access token before', await livesOn(session, before));
    fact('connections', await standing(session, pair.access));
  },
};

export const CONNECTION_STEPS: readonly Step[] = [helix, connections, renewal];
