import { describe, expect, test } from 'vitest';
import {
  BOT,
  CONFIDENTIAL,
  DEVICE_GRANT,
  PUBLIC,
  REDIRECT,
  type Reply,
  type Stage,
  setStage,
  text,
  ticketOf,
} from '../sandbox-fixture.ts';

const { client_id } = CONFIDENTIAL;
const ASK = {
  client_id,
  redirect_uri: REDIRECT,
  response_type: 'code',
  scope: 'chat:read chat:edit',
  state: 'a b&c',
};

const authorizePage = (
  stage: Stage,
  change: Record<string, string> = {},
  headers: Record<string, string> = {},
) => stage.get(`/oauth2/authorize?${new URLSearchParams({ ...ASK, ...change })}`, headers);

const decide = (
  stage: Stage,
  page: Reply,
  decision: string,
  account = BOT,
  headers: Record<string, string> = {},
) => stage.post('/consent', { ticket: ticketOf(page), decision, account }, headers);

const landing = (reply: Reply): URL => new URL(reply.headers.get('location') ?? 'about:blank');

const exchange = (stage: Stage, code: string, change: Record<string, string> = {}) =>
  stage.post('/oauth2/token', {
    ...CONFIDENTIAL,
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    ...change,
  });

describe('authorization code', () => {
  test('goes from the page by the redirect to a token', async () => {
    const stage = await setStage();
    const granted = await decide(stage, await authorizePage(stage), 'authorize');
    expect(granted.status).toBe(303);
    const target = landing(granted);
    expect(target.href).toMatch(
      /^http:\/\/localhost:3999\/callback\?code=\w{30}&scope=chat%3Aread\+chat%3Aedit&state=a\+b%26c$/,
    );
    const token = await exchange(stage, target.searchParams.get('code') ?? '');
    expect(token).toMatchObject({
      status: 200,
      body: { scope: ['chat:read', 'chat:edit'], token_type: 'bearer' },
    });
    expect(stage.sandbox.control.state().authorizations).toMatchObject([
      { clientId: client_id, userId: BOT },
    ]);
  });

  test('a code works once', async () => {
    const stage = await setStage();
    const target = landing(await decide(stage, await authorizePage(stage), 'authorize'));
    const code = target.searchParams.get('code') ?? '';
    expect((await exchange(stage, code)).status).toBe(200);
    expect((await exchange(stage, code)).body?.message).toBe('Invalid authorization code');
  });

  test('a code wants the same redirect URI', async () => {
    const stage = await setStage();
    const target = landing(await decide(stage, await authorizePage(stage), 'authorize'));
    const reply = await exchange(stage, target.searchParams.get('code') ?? '', {
      redirect_uri: `${REDIRECT}/`,
    });
    expect(reply.body).toEqual({
      status: 400,
      message: 'Parameter redirect_uri does not match registered URI',
    });
  });

  test('Cancel is told to the application', async () => {
    const stage = await setStage();
    const target = landing(await decide(stage, await authorizePage(stage), 'cancel'));
    expect(target.search).toBe(
      '?error=access_denied&error_description=The+user+denied+you+access&state=a+b%26c',
    );
    expect(stage.sandbox.control.state().authorizations).toEqual([]);
  });

  test('an unregistered redirect URI ends at the first registered one', async () => {
    const stage = await setStage();
    await authorizePage(stage);
    const reply = await authorizePage(stage, { redirect_uri: 'http://localhost:4000/' });
    expect(reply.status).toBe(303);
    expect(landing(reply).href).toBe(
      `${REDIRECT}?error=redirect_mismatch&error_description=` +
        'Parameter+redirect_uri+does+not+match+registered+URI&state=a+b%26c',
    );
  });

  test.each([
    'http://127.0.0.1:3000/',
    'http://x.localhost/',
    'https://printer.local/',
    'http://example.com/',
    "https://a;script-src'unsafe-inline'/",
    'javascript:alert(1)',
    'castkey://callback',
    'nonsense',
    '',
  ])('%j can not be registered', async (redirect_uri) => {
    const stage = await setStage();
    expect(await authorizePage(stage, { redirect_uri })).toMatchObject({
      status: 400,
      body: { message: 'Parameter redirect_uri does not match registered URI' },
    });
  });

  test('the implicit flow is refused', async () => {
    const stage = await setStage();
    const reply = await authorizePage(stage, { response_type: 'token' });
    expect(landing(reply).searchParams.get('error')).toBe('unsupported_response_type');
  });

  test('asking again for what is granted needs no page, unless forced', async () => {
    const stage = await setStage();
    const first = await decide(stage, await authorizePage(stage), 'authorize');
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await exchange(stage, landing(first).searchParams.get('code') ?? '')).status).toBe(200);
    expect(landing(await authorizePage(stage, {}, { cookie })).searchParams.has('code')).toBe(true);
    const forced = await authorizePage(stage, { force_verify: 'true' }, { cookie });
    expect(forced.status).toBe(200);
    expect(forced.text).toMatch(new RegExp(`value="${BOT}"[^>]*checked`));
    expect((await authorizePage(stage, { scope: 'chat:read bits:read' }, { cookie })).status).toBe(200);
    expect((await authorizePage(stage)).status).toBe(200);
  });

  test('an application that starts here needs a secret', async () => {
    const stage = await setStage();
    await authorizePage(stage, { client_id: 'newcomer' });
    const bare = { client_id: 'newcomer', grant_type: 'refresh_token', refresh_token: 'x' };
    expect((await stage.post('/oauth2/token', bare)).body?.message).toBe('missing client secret');
  });

  test('a public application gets a code that it can not exchange', async () => {
    const stage = await setStage();
    const target = landing(await decide(stage, await authorizePage(stage, PUBLIC), 'authorize'));
    const reply = await exchange(stage, target.searchParams.get('code') ?? '', PUBLIC);
    expect(reply.body).toEqual({ status: 400, message: 'Invalid client credentials' });
  });
});

describe('activate', () => {
  const start = async (stage: Stage, scopes = 'chat:read') =>
    stage.post('/oauth2/device', { ...PUBLIC, scopes });
  const poll = async (stage: Stage, started: Reply) =>
    stage.post('/oauth2/token', {
      ...PUBLIC,
      grant_type: DEVICE_GRANT,
      device_code: text(started, 'device_code'),
    });

  test('the link leads to the question, and Authorize to a token of the chosen account', async () => {
    const stage = await setStage();
    const started = await start(stage);
    const page = await stage.get(text(started, 'verification_uri'));
    const read = page.text.replaceAll(/<[^>]*>/g, '');
    expect(read).toContain(text(started, 'user_code'));
    expect(page.text).toMatch(/<span>[A-Z]{4}<\/span><span>[A-Z]{4}<\/span>/);
    expect(page.text).toContain('read chat');
    const done = await decide(stage, page, 'authorize');
    expect(done.status).toBe(200);
    expect(done.text).toContain('luna_bot is connected');
    expect(done.text).toContain('go back to Castkey');
    expect((await poll(stage, started)).status).toBe(200);
    expect(stage.sandbox.control.state().accessTokens).toMatchObject([{ userId: BOT }]);
  });

  test('Cancel ends the poll', async () => {
    const stage = await setStage();
    const started = await start(stage);
    const done = await decide(stage, await stage.get(text(started, 'verification_uri')), 'cancel');
    expect(done.text).toContain('Nothing was connected');
    expect((await poll(stage, started)).body?.message).toBe('authorization_declined');
  });

  test('a code can be typed by hand, with dashes and in lower case', async () => {
    const stage = await setStage();
    const code = text(await start(stage), 'user_code').toLowerCase();
    const form = await stage.get('/activate');
    expect(form.text).toContain('name="device-code"');
    const page = await stage.get(`/activate?device-code=${code.slice(0, 4)}-${code.slice(4)}+`);
    expect(ticketOf(page)).toMatch(/^\w{32}$/);
  });

  test('a wrong code gets the form again, and says so', async () => {
    const stage = await setStage();
    const page = await stage.get('/activate?device-code=WRONG');
    expect(page.status).toBe(400);
    expect(page.text).toContain('No program waits with this code');
    expect(page.text).toContain('name="device-code"');
  });

  test('two open pages: the second comes too late', async () => {
    const stage = await setStage();
    const started = await start(stage);
    const [one, two] = [
      await stage.get(text(started, 'verification_uri')),
      await stage.get(text(started, 'verification_uri')),
    ];
    await decide(stage, one, 'cancel');
    expect((await decide(stage, two, 'authorize')).status).toBe(400);
    expect((await poll(stage, started)).body?.message).toBe('authorization_declined');
  });
});

describe('the consent page', () => {
  test('works without script, in no frame, and only for its own form', async () => {
    const stage = await setStage();
    const page = await authorizePage(stage);
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self' http://localhost:3999; " +
        "frame-ancestors 'none'; base-uri 'none'",
    );
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.text).not.toMatch(/<script|style=|onclick/i);
    expect(page.text).toContain('Not Twitch – Castkey’s sandbox');
    expect(page.text).toMatch(/>Authorize<\/button>/);
    expect(page.text).toMatch(/>Cancel<\/button>/);
    for (const { id, login } of stage.sandbox.control.accounts()) {
      expect(page.text).toContain(`<label for="account-${id}">${login}</label>`);
    }
    expect((await stage.get('/style.css')).headers.get('content-type')).toContain('text/css');
  });

  test('writes what strangers chose as text', async () => {
    const stage = await setStage();
    const { clientId } = stage.sandbox.control.createClient({
      kind: 'public',
      name: '<img src=x onerror=alert(1)>"\'&',
    });
    const started = await stage.post('/oauth2/device', { client_id: clientId, scopes: '' });
    const page = await stage.get(text(started, 'verification_uri'));
    expect(page.text).not.toContain('<img');
    expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
    expect(page.text).toContain('Nothing beyond knowing who you are.');
  });

  test('a form of another site is refused, and the question stays open', async () => {
    const stage = await setStage();
    const page = await authorizePage(stage);
    for (const origin of ['https://evil.example', 'null']) {
      expect((await decide(stage, page, 'authorize', BOT, { origin })).status).toBe(403);
    }
    expect((await decide(stage, page, 'authorize', BOT, { origin: stage.sandbox.url })).status).toBe(303);
  });

  test('can be answered once, and not for ever', async () => {
    const stage = await setStage();
    const page = await authorizePage(stage);
    await decide(stage, page, 'cancel');
    expect(await decide(stage, page, 'authorize')).toMatchObject({ status: 400 });
    const old = await authorizePage(stage);
    stage.advance(1800);
    expect(await decide(stage, old, 'authorize')).toMatchObject({ status: 400 });
    expect(stage.sandbox.control.state().authorizations).toEqual([]);
  });

  test.each([
    ['no ticket', { decision: 'authorize', account: BOT }],
    ['an invented ticket', { ticket: 'x'.repeat(32), decision: 'authorize', account: BOT }],
  ])('%s is refused', async (_, fields) => {
    const stage = await setStage();
    expect((await stage.post('/consent', fields as Record<string, string>)).status).toBe(400);
  });

  test.each([
    ['authorize', ''],
    ['authorize', '999'],
    ['maybe', BOT],
    ['', BOT],
  ])('decision %j for account %j is refused', async (decision, account) => {
    const stage = await setStage();
    const page = await authorizePage(stage);
    expect((await decide(stage, page, decision, account)).status).toBe(400);
    expect((await decide(stage, page, 'authorize')).status).toBe(303);
  });
});
