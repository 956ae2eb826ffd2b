/** What ends a login: revoking it, and sending a used refresh token. Last, since nothing works after it. */
import type { Calls } from './calls.ts';
import { standing } from './connection-steps.ts';
import { answerFact } from './facts.ts';
import { livesOn, newest, refreshWith, type Session, type Step, takePair } from './session.ts';

const revoke: Step = {
  name: 'revocation',
  title: 'revoking the access token of the second sign-in',
  async run(session, fact) {
    const { calls, clientId, first, second } = session;
    const revoked = newest(second, 'second login');
    fact('answer', answerFact(await calls.post('revoke', { client_id: clientId, token: revoked.access })));
    fact('the access token', await livesOn(session, revoked));
    fact('the other sign-in’s token', await livesOn(session, newest(first, 'login')));
    const refreshed = await refreshWith(session, revoked);
    fact('its refresh token', answerFact(refreshed));
    const pair = takePair(session, refreshed);
    if (pair) second.push(pair);
  },
};

const QUESTION =
  'Send a used refresh token? It may end every login of this account with this application, in running bots too.';

const reuse: Step = {
  name: 'reuse',
  title: 'sending a refresh token a second time',
  async run(session, fact) {
    if (!(await session.person.agrees(QUESTION))) return;
    const { first, second } = session;
    const used = newest(first, 'login');
    const reply = await refreshWith(session, used);
    const pair = takePair(session, reply);
    fact('first use', answerFact(reply));
    if (pair === null) return;
    first.push(pair);
    fact('second use', answerFact(await refreshWith(session, used)));
    fact('the newest access token', await livesOn(session, pair));
    const other = second.at(-1);
    if (other) fact('the other sign-in’s token', await livesOn(session, other));
    const last = await refreshWith(session, pair);
    fact('the newest refresh token', answerFact(last));
    const lastPair = takePair(session, last);
    if (lastPair) first.push(lastPair);
    fact('connections', await standing(session, pair.access));
  },
};

const embedded: Step = {
  name: 'embedded login',
  title: 'Twitch’s login inside a window',
  async run({ person }, fact) {
    const shown = await person.embedded();
    if (shown !== 'not tried') fact('the window shows', shown);
  },
};

export const ENDING_STEPS: readonly Step[] = [embedded, revoke, reuse];

/** Ends what is still good, and hangs up. What Twitch says to it is of no use to anybody. */
export async function cleanUp(calls: Calls, { clientId, first, second, sockets }: Session): Promise<void> {
  sockets.chat?.close();
  sockets.eventSub?.close();
  const tokens = [...first, ...second].map(({ access }) => access);
  await Promise.allSettled(tokens.map((token) => calls.post('revoke', { client_id: clientId, token })));
}
