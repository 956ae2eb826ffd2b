import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../../sandbox/server.ts';
import { sha256 } from '../../support/sha256.ts';
import { CONFIDENTIAL, REDIRECT, refresh, signIn, startFixture, text, validate } from './sandbox-fixture.ts';

async function stateFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'deep', 'state.json');
}

test('everything that Twitch would remember is still there after a restart', async () => {
  const file = await stateFile();
  const before = await startFixture({ stateFile: file });
  expect(before.sandbox.stateOrigin).toBe('new');
  before.sandbox.control.createAccount({ login: 'new_face' });
  const [open, closed] = [
    await signIn(before, { user: 'new_face' }),
    await signIn(before, { client: { client_id: 'mine', client_secret: 's' } }),
  ];
  await before.get(
    `/oauth2/authorize?client_id=${CONFIDENTIAL.client_id}&redirect_uri=${REDIRECT}&response_type=code`,
  );
  const state = before.sandbox.control.state();
  await before.sandbox.close();

  const after = await startFixture({ stateFile: file });
  expect(after.sandbox.stateOrigin).toBe('file');
  expect(after.sandbox.control.state()).toEqual(state);
  expect((await validate(after, text(open, 'access_token'))).body?.login).toBe('new_face');
  expect((await refresh(after, text(open, 'refresh_token'))).status).toBe(200);
  const mine = { client_id: 'mine' };
  expect((await refresh(after, text(closed, 'refresh_token'), mine)).body?.message).toBe(
    'missing client secret',
  );
  expect((await refresh(after, text(closed, 'refresh_token'), { ...mine, client_secret: 's' })).status).toBe(
    200,
  );
  expect(after.sandbox.control.issuedTokens()).not.toContain(text(open, 'access_token'));
});

test('an answer is on disk before it is given', async () => {
  const file = await stateFile();
  const fixture = await startFixture({ stateFile: file });
  const first = await signIn(fixture);
  const second = await refresh(fixture, text(first, 'refresh_token'));
  // As after a crash: nothing was closed.
  const other = await startSandbox({ stateFile: file, now: () => Date.UTC(2026, 0, 1) });
  onTestFinished(() => other.close());
  const asked = (token: string) =>
    refresh({ ...fixture, post: (path, fields) => postTo(other.url + path, fields) }, token);
  const third = JSON.parse((await asked(text(second, 'refresh_token'))).text) as { access_token: string };
  // It remembers which were used before: one of them ends all that the person has.
  expect((await asked(text(first, 'refresh_token'))).status).toBe(400);
  const authorization = `OAuth ${third.access_token}`;
  expect((await fetch(`${other.url}/oauth2/validate`, { headers: { authorization } })).status).toBe(401);
});

async function postTo(url: string, fields: Record<string, string>) {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: response.status, headers: response.headers, text: await response.text(), body: undefined };
}

test('the file is for its owner only, and holds no token and no secret', async () => {
  const file = await stateFile();
  const fixture = await startFixture({ stateFile: file });
  await signIn(fixture);
  await signIn(fixture, { client: CONFIDENTIAL });
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  const content = await readFile(file, 'utf8');
  const secrets = [...fixture.sandbox.control.issuedTokens(), CONFIDENTIAL.client_secret];
  expect(secrets).toHaveLength(5);
  for (const secret of secrets) expect(content).not.toContain(secret);
  expect(await readdir(join(file, '..'))).toEqual(['state.json']);
});

test('of many requests at once, each is on disk before its answer', async () => {
  const file = await stateFile();
  const fixture = await startFixture({ stateFile: file });
  const kept = Array.from({ length: 30 }, async () => {
    const hash = sha256(text(await signIn(fixture), 'refresh_token'));
    return readFileSync(file, 'utf8').includes(hash);
  });
  expect(await Promise.all(kept)).toEqual(Array(30).fill(true));
});

test.each(['', '{"version":1,"acc', '{"version":2}', '[]'])(
  'a broken file (%j) is set aside',
  async (content) => {
    const file = await stateFile();
    await (await startSandbox({ stateFile: file })).close();
    await writeFile(file, content);
    const fixture = await startFixture({ stateFile: file });
    expect(fixture.sandbox.stateOrigin).toBe('set-aside');
    expect(await readFile(`${file}.broken`, 'utf8')).toBe(content);
    expect((await signIn(fixture)).status).toBe(200);
  },
);

test('a disk that takes nothing keeps nobody from a token, and is told of once until it is mended', async () => {
  const file = await stateFile();
  const told: string[] = [];
  const fixture = await startFixture({ stateFile: file, onUnsaved: ({ message }) => told.push(message) });
  const folder = dirname(file);
  await rename(folder, `${folder}.away`);
  const first = await signIn(fixture, {});
  const second = await refresh(fixture, text(first, 'refresh_token'));
  expect(second.status).toBe(200);
  expect(told).toEqual([expect.stringContaining('ENOENT')]);
  await rename(`${folder}.away`, folder);
  expect((await validate(fixture, text(second, 'access_token'))).status).toBe(200);
  expect(await readFile(file, 'utf8')).toContain(sha256(text(second, 'access_token')));
  expect(told).toHaveLength(1);
});
