/** Device sign-in, what its tokens are, and more scopes for an account that is signed in. */
import type { Reply } from './calls.ts';
import { answerFact, type Fact, membersOf } from './facts.ts';
import {
  livesOn,
  newest,
  type Pair,
  pause,
  refreshWith,
  type Session,
  type Step,
  Stop,
  takePair,
} from './session.ts';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const FIRST_SCOPES = ['chat:read'];
const MORE_SCOPES = ['chat:read', 'chat:edit'];

type Body = Record<string, unknown>;
const bodyOf = ({ body }: Reply): Body => (typeof body === 'object' && body !== null ? (body as Body) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** A life to the hour: Twitch's varies by minutes. */
const hours = (seconds: unknown): Fact => (typeof seconds === 'number' ? Math.round(seconds / 3_600) : null);

/** The first that fits is told; with fewer of them, one without a digit by chance would look like another kind. */
const ALPHABETS = { 'A-Z': /^[A-Z]*$/, 'a-z0-9': /^[a-z0-9]*$/, 'A-Za-z0-9': /^[A-Za-z0-9]*$/, others: /^/ };

/** Length and alphabet of a secret, which is all that a file may say of it. */
function shapeOf(secret: string): string {
  const alphabet = Object.entries(ALPHABETS).find(([, fits]) => fits.test(secret));
  return `${secret.length} of ${alphabet?.[0]}`;
}

const poll = ({ calls, clientId }: Session, code: string, scopes: string[]): Promise<Reply> =>
  calls.post('token', {
    client_id: clientId,
    device_code: code,
    grant_type: DEVICE_GRANT,
    scopes: scopes.join(' '),
  });

interface DeviceRequest {
  device: Reply;
  code: string;
  pending: Reply;
}

async function askForDevice(session: Session, scopes: string[]): Promise<DeviceRequest> {
  const { calls, clientId, sheet } = session;
  const device = await calls.post('device', { client_id: clientId, scopes: scopes.join(' ') });
  const { device_code, user_code } = bodyOf(device);
  const code = text(device_code);
  for (const secret of [code, text(user_code)]) sheet.hide(secret);
  if (code === '') throw new Stop(`no device code: ${JSON.stringify(answerFact(device))}`);
  return { device, code, pending: await poll(session, code, scopes) };
}

async function signIn(
  session: Session,
  scopes: string[],
  what: string,
): Promise<DeviceRequest & { token: Reply }> {
  const asked = await askForDevice(session, scopes);
  const { device, code, pending } = asked;
  const { user_code, verification_uri, interval, expires_in } = bodyOf(device);
  await session.person.approve(text(verification_uri), text(user_code), what);
  const wait = Number(interval) > 0 ? Number(interval) * 1_000 : 5_000;
  const until = Date.now() + (Number(expires_in) > 0 ? Number(expires_in) * 1_000 : 600_000);
  for (;;) {
    await pause(wait);
    const token = await poll(session, code, scopes);
    if (token.status === 200) return { ...asked, token };
    if (text(bodyOf(token).message) !== text(bodyOf(pending).message) || Date.now() > until)
      throw new Stop(`no token: ${JSON.stringify(answerFact(token))}`);
  }
}

/** Ends the run, and the login, unless it is the account that was named. */
async function confirmAccount(session: Session, { access }: Pair): Promise<Reply> {
  const { calls, sheet, account, clientId } = session;
  const reply = await calls.validate(`OAuth ${access}`);
  const { login, user_id } = bodyOf(reply);
  for (const secret of [text(login), text(user_id)]) sheet.hide(secret);
  if (text(login).toLowerCase() !== account.toLowerCase()) {
    await calls.post('revoke', { client_id: clientId, token: access });
    throw new Stop(`signed in was ${text(login) || 'nobody'}, not ${account}; that login was ended at once`);
  }
  session.userId = text(user_id);
  return reply;
}

const deviceSignIn: Step = {
  name: 'device sign-in',
  title: 'signing in by device code',
  async run(session, fact) {
    const { device, code, pending, token } = await signIn(session, FIRST_SCOPES, 'reading chat');
    const { user_code, verification_uri, interval, expires_in } = bodyOf(device);
    fact('device answer', answerFact(device));
    fact('device code', shapeOf(code));
    fact('user code', shapeOf(text(user_code)));
    fact('parameters of the page', [...new URL(text(verification_uri)).searchParams.keys()].sort());
    fact('interval in seconds', typeof interval === 'number' ? interval : membersOf(interval));
    fact('code lives in seconds', typeof expires_in === 'number' ? expires_in : membersOf(expires_in));
    fact('poll before the yes', answerFact(pending));
    fact('token answer', answerFact(token));
    const pair = takePair(session, token);
    if (pair === null) throw new Stop('the answer has no access token');
    const validated = await confirmAccount(session, pair);
    session.first.push(pair);
    fact('access token', shapeOf(pair.access));
    fact('refresh token', shapeOf(pair.refresh));
    fact('token type', text(bodyOf(token).token_type));
    fact('scopes granted', (bodyOf(token).scope ?? null) as Fact);
    fact('token lives in hours', hours(bodyOf(token).expires_in));
    fact('validation', answerFact(validated));
    fact('scopes validated', (bodyOf(validated).scopes ?? null) as Fact);
    fact('validated life in hours', hours(bodyOf(validated).expires_in));
    fact('poll with a used code', answerFact(await poll(session, code, FIRST_SCOPES)));
  },
};

const moreScopes: Step = {
  name: 'more scopes',
  title: 'signing in once more with more scopes',
  async run(session, fact) {
    const before = newest(session.first, 'login');
    const { token } = await signIn(session, MORE_SCOPES, 'reading and writing chat');
    const pair = takePair(session, token);
    if (pair === null) throw new Error('the answer has no access token');
    await confirmAccount(session, pair);
    session.second.push(pair);
    const granted = bodyOf(token).scope;
    fact('scopes granted', Array.isArray(granted) ? ([...granted].sort() as Fact) : membersOf(granted));
    fact('token of the first sign-in', await livesOn(session, before));
    const refreshed = await refreshWith(session, before);
    fact('refresh of the first sign-in', answerFact(refreshed));
    const renewed = takePair(session, refreshed);
    if (renewed) session.first.push(renewed);
  },
};

const refusedSignIn: Step = {
  name: 'refused sign-in',
  title: 'a sign-in that you refuse',
  async run(session, fact) {
    const { device, code, pending } = await askForDevice(session, FIRST_SCOPES);
    const { user_code, verification_uri, interval } = bodyOf(device);
    await session.person.decline(text(verification_uri), text(user_code));
    await pause(Number(interval) > 0 ? Number(interval) * 1_000 : 5_000);
    const after = await poll(session, code, FIRST_SCOPES);
    fact('poll after the no', answerFact(after));
    const pair = takePair(session, after); // it was allowed all the same
    if (pair) session.second.push(pair);
    fact('it is still pending', text(bodyOf(after).message) === text(bodyOf(pending).message));
  },
};

const refusals: Step = {
  name: 'refusals',
  title: 'asking for what Twitch refuses',
  async run({ calls, clientId, first }, fact) {
    const { access } = newest(first, 'login');
    const unknown = 'unknown00000000000000000000000';
    const refused = async (name: string, reply: Promise<Reply>) => fact(name, answerFact(await reply));
    const token = (fields: Record<string, string>) => calls.post('token', { client_id: clientId, ...fields });
    await refused('misspelt scope', calls.post('device', { client_id: clientId, scopes: 'chat:reed' }));
    await refused(
      'scopes with commas',
      calls.post('device', { client_id: clientId, scopes: 'chat:read,chat:edit' }),
    );
    await refused('unknown application', calls.post('device', { client_id: unknown, scopes: 'chat:read' }));
    await refused(
      'device code that is none',
      token({ grant_type: DEVICE_GRANT, device_code: 'x'.repeat(40) }),
    );
    await refused('no grant type', token({}));
    await refused('unknown grant type', token({ grant_type: 'nonsense' }));
    await refused('no refresh token', token({ grant_type: 'refresh_token' }));
    await refused(
      'refresh token that is none',
      token({ grant_type: 'refresh_token', refresh_token: 'x'.repeat(50) }),
    );
    await refused('application token', token({ grant_type: 'client_credentials' }));
    await refused('validating nothing', calls.validate(null));
    await refused('validating nonsense', calls.validate(`OAuth ${'x'.repeat(30)}`));
    await refused('validating with Bearer', calls.validate(`Bearer ${access}`));
    await refused('revoking nonsense', calls.post('revoke', { client_id: clientId, token: 'x'.repeat(30) }));
    await refused('revoking nothing', calls.post('revoke', { client_id: clientId }));
    await refused('Helix with nonsense', calls.helix('users', { token: 'x'.repeat(30), clientId }));
    await refused('Helix of another application', calls.helix('users', { token: access, clientId: unknown }));
  },
};

export const SIGN_IN_STEPS: readonly Step[] = [deviceSignIn, refusals];
export const LATER_SIGN_IN_STEPS: readonly Step[] = [moreScopes, refusedSignIn];
