import { describe, expect, test } from 'vitest';
import { BOT } from '../../../support/people.ts';
import {
  CONFIDENTIAL,
  DEVICE_GRANT,
  PUBLIC,
  REDIRECT,
  type Reply,
  type SandboxFixture,
  startFixture,
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
  fixture: SandboxFixture,
  change: Record<string, string> = {},
  headers: Record<string, string> = {},
) => fixture.get(`/oauth2/authorize?${new URLSearchParams({ ...ASK, ...change })}`, headers);

const decide = (
  fixture: SandboxFixture,
  page: Reply,
  decision: string,
  account = BOT,
  headers: Record<string, string> = {},
) => fixture.post('/consent', { ticket: ticketOf(page), decision, account }, headers);

const landing = (reply: Reply): URL => new URL(reply.headers.get('location') ?? 'about:blank');

const exchange = (fixture: SandboxFixture, code: string, change: Record<string, string> = {}) =>
  fixture.post('/oauth2/token', {
    ...CONFIDENTIAL,
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    ...change,
  });

describe('authorization code', () => {
  test('goes from the page by the redirect to a token', async () => {
    const fixture = await startFixture();
    const granted = await decide(fixture, await authorizePage(fixture), 'authorize');
    expect(granted.status).toBe(303);
    const target = landing(granted);
    expect(target.href).toMatch(
      /^http:\/\/localhost:3999\/callback\?code=\w{30}&scope=chat%3Aread\+chat%3Aedit&state=a\+b%26c$/,
    );
    const token = await exchange(fixture, target.searchParams.get('code') ?? '');
    expect(token).toMatchObject({
      status: 200,
      body: { scope: ['chat:read', 'chat:edit'], token_type: 'bearer' },
    });
    expect(fixture.sandbox.control.state().authorizations).toMatchObject([
      { clientId: client_id, userId: BOT },
    ]);
  });

  test('a code works once', async () => {
    const fixture = await startFixture();
    const target = landing(await decide(fixture, await authorizePage(fixture), 'authorize'));
    const code = target.searchParams.get('code') ?? '';
    expect((await exchange(fixture, code)).status).toBe(200);
    expect((await exchange(fixture, code)).body?.message).toBe('Invalid authorization code');
  });

  test('a code wants the same redirect URI', async () => {
    const fixture = await startFixture();
    const target = landing(await decide(fixture, await authorizePage(fixture), 'authorize'));
    const reply = await exchange(fixture, target.searchParams.get('code') ?? '', {
      redirect_uri: `${REDIRECT}/`,
    });
    expect(reply.body).toEqual({
      status: 400,
      message: 'Parameter redirect_uri does not match registered URI',
    });
  });

  test('Cancel is told to the application', async () => {
    const fixture = await startFixture();
    const target = landing(await decide(fixture, await authorizePage(fixture), 'cancel'));
    expect(target.search).toBe(
      '?error=access_denied&error_description=The+user+denied+you+access&state=a+b%26c',
    );
    expect(fixture.sandbox.control.state().authorizations).toEqual([]);
  });

  test('an unregistered redirect URI ends at the first registered one', async () => {
    const fixture = await startFixture();
    await authorizePage(fixture);
    const reply = await authorizePage(fixture, { redirect_uri: 'http://localhost:4000/' });
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
    const fixture = await startFixture();
    expect(await authorizePage(fixture, { redirect_uri })).toMatchObject({
      status: 400,
      body: { message: 'Parameter redirect_uri does not match registered URI' },
    });
  });

  test('the implicit flow is refused', async () => {
    const fixture = await startFixture();
    const reply = await authorizePage(fixture, { response_type: 'token' });
    expect(landing(reply).searchParams.get('error')).toBe('unsupported_response_type');
  });

  test('asking again for what is granted needs no page, unless forced', async () => {
    const fixture = await startFixture();
    const first = await decide(fixture, await authorizePage(fixture), 'authorize');
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await exchange(fixture, landing(first).searchParams.get('code') ?? '')).status).toBe(200);
    expect(landing(await authorizePage(fixture, {}, { cookie })).searchParams.has('code')).toBe(true);
    const forced = await authorizePage(fixture, { force_verify: 'true' }, { cookie });
    expect(forced.status).toBe(200);
    expect(forced.text).toMatch(new RegExp(`value="${BOT}"[^>]*checked`));
    expect((await authorizePage(fixture, { scope: 'chat:read bits:read' }, { cookie })).status).toBe(200);
    expect((await authorizePage(fixture)).status).toBe(200);
  });

  test('an application that starts here needs a secret', async () => {
    const fixture = await startFixture();
    await authorizePage(fixture, { client_id: 'newcomer' });
    const bare = { client_id: 'newcomer', grant_type: 'refresh_token', refresh_token: 'x' };
    expect((await fixture.post('/oauth2/token', bare)).body?.message).toBe('missing client secret');
  });

  test('a public application gets a code that it can not exchange', async () => {
    const fixture = await startFixture();
    const target = landing(await decide(fixture, await authorizePage(fixture, PUBLIC), 'authorize'));
    const reply = await exchange(fixture, target.searchParams.get('code') ?? '', PUBLIC);
    expect(reply.body).toEqual({ status: 400, message: 'Invalid client credentials' });
  });
});

describe('activate', () => {
  const start = async (fixture: SandboxFixture, scopes = 'chat:read') =>
    fixture.post('/oauth2/device', { ...PUBLIC, scopes });
  const poll = async (fixture: SandboxFixture, started: Reply) =>
    fixture.post('/oauth2/token', {
      ...PUBLIC,
      grant_type: DEVICE_GRANT,
      device_code: text(started, 'device_code'),
    });

  test('the link leads to the question, and Authorize to a token of the chosen account', async () => {
    const fixture = await startFixture();
    const started = await start(fixture);
    const page = await fixture.get(text(started, 'verification_uri'));
    const read = page.text.replaceAll(/<[^>]*>/g, '');
    expect(read).toContain(text(started, 'user_code'));
    expect(page.text).toMatch(/<span>[A-Z]{4}<\/span><span>[A-Z]{4}<\/span>/);
    expect(page.text).toContain('read chat');
    const done = await decide(fixture, page, 'authorize');
    expect(done.status).toBe(200);
    expect(done.text).toContain('luna_bot is connected');
    expect(done.text).toContain('go back to Castkey');
    expect((await poll(fixture, started)).status).toBe(200);
    expect(fixture.sandbox.control.state().accessTokens).toMatchObject([{ userId: BOT }]);
  });

  test('Cancel ends the poll', async () => {
    const fixture = await startFixture();
    const started = await start(fixture);
    const done = await decide(fixture, await fixture.get(text(started, 'verification_uri')), 'cancel');
    expect(done.text).toContain('Nothing was connected');
    expect((await poll(fixture, started)).body?.message).toBe('authorization_declined');
  });

  test('a code can be typed by hand, with dashes and in lower case', async () => {
    const fixture = await startFixture();
    const code = text(await start(fixture), 'user_code').toLowerCase();
    const form = await fixture.get('/activate');
    expect(form.text).toContain('name="device-code"');
    const page = await fixture.get(`/activate?device-code=${code.slice(0, 4)}-${code.slice(4)}+`);
    expect(ticketOf(page)).toMatch(/^\w{32}$/);
  });

  test('a wrong code gets the form again, and says so', async () => {
    const fixture = await startFixture();
    const page = await fixture.get('/activate?device-code=WRONG');
    expect(page.status).toBe(400);
    expect(page.text).toContain('No program waits with this code');
    expect(page.text).toContain('name="device-code"');
  });

  test('two open pages: the second comes too late', async () => {
    const fixture = await startFixture();
    const started = await start(fixture);
    const [one, two] = [
      await fixture.get(text(started, 'verification_uri')),
      await fixture.get(text(started, 'verification_uri')),
    ];
    await decide(fixture, one, 'cancel');
    expect((await decide(fixture, two, 'authorize')).status).toBe(400);
    expect((await poll(fixture, started)).body?.message).toBe('authorization_declined');
  });
});

describe('the consent page', () => {
  test('works without script, in no frame, and only for its own form', async () => {
    const fixture = await startFixture();
    const page = await authorizePage(fixture);
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self' http://localhost:3999; " +
        "frame-ancestors 'none'; base-uri 'none'",
    );
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.text).not.toMatch(/<script|style=|onclick/i);
    expect(page.text).toContain('Not Twitch – Castkey’s sandbox');
    expect(page.text).toMatch(/>Authorize<\/button>/);
    expect(page.text).toMatch(/>Cancel<\/button>/);
    for (const { id, login } of fixture.sandbox.control.accounts()) {
      expect(page.text).toContain(`<label for="account-${id}">${login}</label>`);
    }
    expect((await fixture.get('/style.css')).headers.get('content-type')).toContain('text/css');
  });

  test('writes what strangers chose as text', async () => {
    const fixture = await startFixture();
    const { clientId } = fixture.sandbox.control.createClient({
      kind: 'public',
      name: '<img src=x onerror=alert(1)>"\'&',
    });
    const started = await fixture.post('/oauth2/device', { client_id: clientId, scopes: '' });
    const page = await fixture.get(text(started, 'verification_uri'));
    expect(page.text).not.toContain('<img');
    expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
    expect(page.text).toContain('Nothing beyond knowing who you are.');
  });

  test('a form of another site is refused, and the question stays open', async () => {
    const fixture = await startFixture();
    const page = await authorizePage(fixture);
    for (const origin of ['https://evil.example', 'null']) {
      expect((await decide(fixture, page, 'authorize', BOT, { origin })).status).toBe(403);
    }
    expect((await decide(fixture, page, 'authorize', BOT, { origin: fixture.sandbox.url })).status).toBe(303);
  });

  test('can be answered once, and not for ever', async () => {
    const fixture = await startFixture();
    const page = await authorizePage(fixture);
    await decide(fixture, page, 'cancel');
    expect(await decide(fixture, page, 'authorize')).toMatchObject({ status: 400 });
    const old = await authorizePage(fixture);
    fixture.advance(1800);
    expect(await decide(fixture, old, 'authorize')).toMatchObject({ status: 400 });
    expect(fixture.sandbox.control.state().authorizations).toEqual([]);
  });

  test.each([
    ['no ticket', { decision: 'authorize', account: BOT }],
    ['an invented ticket', { ticket: 'x'.repeat(32), decision: 'authorize', account: BOT }],
  ])('%s is refused', async (_, fields) => {
    const fixture = await startFixture();
    expect((await fixture.post('/consent', fields as Record<string, string>)).status).toBe(400);
  });

  test.each([
    ['authorize', ''],
    ['authorize', '999'],
    ['maybe', BOT],
    ['', BOT],
  ])('decision %j for account %j is refused', async (decision, account) => {
    const fixture = await startFixture();
    const page = await authorizePage(fixture);
    expect((await decide(fixture, page, decision, account)).status).toBe(400);
    expect((await decide(fixture, page, 'authorize')).status).toBe(303);
  });
});
