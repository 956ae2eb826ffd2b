import { describe, expect, test, vi } from 'vitest';
import type { NewFault } from '../../../../sandbox/server.ts';
import {
  bearer,
  PUBLIC,
  refresh,
  type SandboxFixture,
  signIn,
  startFixture,
  text,
  validate,
} from '../sandbox-fixture.ts';

const TOKEN = '/oauth2/token';

/** A refresh under a fault, with the number of tokens it issued. */
async function struck(effect: NewFault['effect'], options: Parameters<typeof startFixture>[0] = {}) {
  const fixture = await startFixture(options);
  const refreshToken = text(await signIn(fixture), 'refresh_token');
  const before = fixture.sandbox.control.issuedTokens().length;
  fixture.sandbox.control.addFault({ path: TOKEN, method: 'post', grantType: 'refresh_token', effect });
  const reply = await refresh(fixture, refreshToken).catch((error: unknown) => error);
  const issued = fixture.sandbox.control.issuedTokens().length - before;
  return { fixture, refreshToken, reply, issued };
}

describe('what a fault does to a refresh', () => {
  test.each<[NewFault['effect'], object, number]>([
    [{ kind: 'status', status: 401 }, { status: 401, body: { status: 401, message: 'Unauthorized' } }, 0],
    [
      { kind: 'status', status: 403, message: 'no' },
      { status: 403, body: { status: 403, message: 'no' } },
      0,
    ],
    [{ kind: 'status', status: 408 }, { status: 408 }, 0],
    [{ kind: 'status', status: 429 }, { status: 429 }, 0],
    [{ kind: 'status', status: 500, when: 'after' }, { status: 500 }, 2],
    [{ kind: 'status', status: 502 }, { status: 502 }, 0],
    [{ kind: 'status', status: 503 }, { status: 503 }, 0],
    [{ kind: 'status', status: 504 }, { status: 504 }, 0],
    [
      { kind: 'html' },
      { status: 200, body: undefined, text: expect.stringContaining('<html>') as unknown },
      0,
    ],
    [{ kind: 'html', status: 502 }, { status: 502, body: undefined }, 0],
    [
      { kind: 'cut-off' },
      { status: 200, body: undefined, text: expect.stringMatching(/^\{"/) as unknown },
      0,
    ],
    [{ kind: 'cut-off', when: 'after' }, { status: 200, body: undefined }, 2],
    [
      { kind: 'invalid-refresh-token' },
      { status: 400, body: { status: 400, message: 'Invalid refresh token' } },
      0,
    ],
    [{ kind: 'invalid-client' }, { status: 400, body: { status: 400, message: 'invalid client' } }, 0],
    [{ kind: 'missing-client-secret' }, { status: 400, body: { message: 'missing client secret' } }, 0],
  ])('%j', async (effect, answer, tokens) => {
    const { fixture, refreshToken, reply, issued } = await struck(effect);
    expect(reply).toMatchObject(answer);
    expect(issued).toBe(tokens);
    // Only what was carried out has used the refresh token up.
    expect((await refresh(fixture, refreshToken)).status).toBe(tokens === 0 ? 200 : 400);
  });

  test.each(['access_token', 'refresh_token', 'scope', 'expires_in'] as const)(
    'an answer without %s',
    async (field) => {
      const { reply } = await struck({ kind: 'omit', field });
      const { body } = reply as { body: Record<string, unknown> };
      const all = ['access_token', 'expires_in', 'refresh_token', 'scope', 'token_type'];
      expect(Object.keys(body).sort()).toEqual(all.filter((name) => name !== field));
    },
  );

  test('an answer with other members', async () => {
    const { reply } = await struck({ kind: 'replace', fields: { expires_in: '5', scope: { a: null } } });
    const { body } = reply as { body: Record<string, unknown> };
    expect(body).toMatchObject({ expires_in: '5', scope: { a: null }, token_type: 'bearer' });
  });

  test('`Retry-After` only when asked for', async () => {
    const patient = await struck({ kind: 'status', status: 429, retryAfter: 7 });
    expect((patient.reply as { headers: Headers }).headers.get('retry-after')).toBe('7');
    const bare = await struck({ kind: 'status', status: 429 });
    expect((bare.reply as { headers: Headers }).headers.get('retry-after')).toBeNull();
  });

  test.each([
    ['before', 0],
    ['after', 2],
  ] as const)('a connection cut %s the work is done', async (when, tokens) => {
    const { fixture, reply, issued, refreshToken } = await struck({ kind: 'reset', when });
    expect(reply).toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(issued).toBe(tokens);
    expect((await refresh(fixture, refreshToken)).status).toBe(tokens === 0 ? 200 : 400);
  });

  test.each([
    ['before', 0],
    ['after', 2],
  ] as const)('an answer that never comes, %s the work', async (when, tokens) => {
    const fixture = await startFixture();
    const refreshToken = text(await signIn(fixture), 'refresh_token');
    const before = fixture.sandbox.control.issuedTokens().length;
    fixture.sandbox.control.addFault({ path: TOKEN, effect: { kind: 'hang', when } });
    const impatient = new AbortController();
    const body = new URLSearchParams({ ...PUBLIC, grant_type: 'refresh_token', refresh_token: refreshToken });
    const pending = fetch(fixture.sandbox.url + TOKEN, { method: 'POST', body, signal: impatient.signal });
    const ending = expect(pending).rejects.toThrow('aborted');
    await vi.waitFor(() =>
      expect(fixture.sandbox.control.requests({ path: TOKEN, status: null })).toHaveLength(1),
    );
    // A later request on another connection is answered while this one still waits.
    expect((await fixture.get('/sandbox/state')).status).toBe(200);
    impatient.abort();
    await ending;
    expect(fixture.sandbox.control.issuedTokens().length - before).toBe(tokens);
  });

  test('closing does not wait for those who wait', async () => {
    const fixture = await startFixture();
    fixture.sandbox.control.addFault({ path: '/*', effect: { kind: 'hang' } });
    const ending = expect(fixture.get('/oauth2/validate')).rejects.toThrow('fetch failed');
    await vi.waitFor(() => expect(fixture.sandbox.control.requests()).toHaveLength(1));
    await fixture.sandbox.close();
    await ending;
  });

  test('a slow answer is a good one', async () => {
    const waits: number[] = [];
    const delay = async (ms: number): Promise<void> => void waits.push(ms);
    const { reply } = await struck({ kind: 'slow', ms: 1234 }, { delay });
    expect(reply).toMatchObject({ status: 200 });
    expect(waits).toEqual([1234]);
  });
});

describe('which requests a fault applies to', () => {
  const statuses = async (fixture: SandboxFixture, paths: readonly string[]) => {
    const all = [];
    for (const path of paths) all.push((await fixture.get(path)).status);
    return all;
  };
  const effect = { kind: 'status', status: 503 } as const;
  const V = '/oauth2/validate';

  test('the next N, after some that pass', async () => {
    const fixture = await startFixture();
    fixture.sandbox.control.addFault({ path: V, skip: 1, times: 2, effect });
    expect(await statuses(fixture, [V, V, V, V])).toEqual([401, 503, 503, 401]);
    expect(fixture.sandbox.control.faults()).toEqual([]);
  });

  test('all, until it is cleared', async () => {
    const fixture = await startFixture();
    const id = fixture.sandbox.control.addFault({ path: V, times: 'all', effect });
    expect(await statuses(fixture, [V, V, V])).toEqual([503, 503, 503]);
    expect(fixture.sandbox.control.clearFaults(id)).toBe(1);
    expect(await statuses(fixture, [V])).toEqual([401]);
  });

  test('by the path however it was reached, or by its beginning', async () => {
    const fixture = await startFixture();
    fixture.sandbox.control.addFault({ path: '/helix/*', times: 'all', effect });
    expect(await statuses(fixture, ['/mock/users', '/helix/streams', V])).toEqual([503, 503, 401]);
    fixture.sandbox.control.addFault({ path: V, effect });
    expect(await statuses(fixture, ['/auth/validate'])).toEqual([503]);
  });

  test('by method, grant type and client ID', async () => {
    const fixture = await startFixture();
    fixture.sandbox.control.addFault({ path: TOKEN, method: 'GET', times: 'all', effect });
    fixture.sandbox.control.addFault({ path: TOKEN, grantType: 'client_credentials', times: 'all', effect });
    fixture.sandbox.control.addFault({ path: TOKEN, clientId: 'other', times: 'all', effect });
    expect((await refresh(fixture, 'x')).status).toBe(400);
    expect((await refresh(fixture, 'x', { client_id: 'other' })).status).toBe(503);
    expect((await fixture.post(TOKEN, { ...PUBLIC, grant_type: 'client_credentials' })).status).toBe(503);
  });

  test('a Helix fault speaks as Helix', async () => {
    const fixture = await startFixture();
    const token = text(await signIn(fixture), 'access_token');
    fixture.sandbox.control.addFault({ path: '/helix/users', effect: { kind: 'status', status: 401 } });
    const reply = await fixture.get('/helix/users', bearer(token));
    expect(reply.body).toEqual({ error: 'Unauthorized', status: 401, message: 'Unauthorized' });
    expect((await validate(fixture, token)).status).toBe(200);
  });

  test('never the control endpoints', async () => {
    const fixture = await startFixture();
    fixture.sandbox.control.addFault({ path: '/*', times: 'all', effect });
    expect((await fixture.get('/sandbox/faults')).status).toBe(200);
  });
});
