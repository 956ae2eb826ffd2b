import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test as base, describe, expect } from 'vitest';
import { SANDBOX_PUBLIC_CLIENT, type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { standIn } from '../../field/calls.ts';
import type { Difference } from '../../field/facts.ts';
import { fieldTest } from '../../field/main.ts';
import { measure } from '../../field/measure.ts';
import { automaticPerson } from '../../field/person.ts';

interface Report {
  finished: boolean;
  done: string[];
  problems: string[];
  differences: Difference[];
}

const test = base.extend<{ twitch: Sandbox }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from it
  twitch: async ({}, use) => {
    const sandbox = await startSandbox();
    await use(sandbox);
    await sandbox.close();
  },
});

/** Runs it against a stand-in; `output` hears each word as it is said. */
async function run(
  argv: string[],
  { signal = new AbortController().signal, heard = (_: string) => {}, input = new PassThrough() } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'castkey-field-'));
  const output = new PassThrough();
  output.on('data', (chunk) => heard(String(chunk)));
  const said = text(output);
  const code = await fieldTest({ argv, folder, input, output, signal });
  output.end();
  const path = join(folder, 'field-test.json');
  const file = existsSync(path) ? readFileSync(path, 'utf8') : '';
  rmSync(folder, { recursive: true });
  return { code, said: await said, file, report: () => JSON.parse(file) as Report };
}

describe.concurrent('the field test', () => {
  test('finds the sandbox as the sandbox is, and writes down no secret', async ({ twitch }) => {
    const { code, said, file, report } = await run(['--against', twitch.url]);
    expect(report()).toMatchObject({ finished: true, problems: [], differences: [] });
    expect(code).toBe(0);
    expect(said).toContain('The sandbox is as what was asked.');
    const secrets = [...twitch.control.issuedTokens(), 'luna_streams', '700100001'];
    expect(secrets.length).toBeGreaterThan(8);
    expect(secrets.filter((secret) => `${file}${said}`.includes(secret))).toEqual([]);
    expect(file).toContain('"message": "Invalid refresh token"');
    expect(twitch.control.state().accessTokens).toEqual([]); // nothing is left signed in
  });

  test('notices what is another, and nothing else', async ({ twitch }) => {
    const { control } = twitch;
    control.setReuseEndsAll(false);
    control.addFault({
      ...{ path: '/oauth2/device', times: 'all' },
      effect: { kind: 'replace', fields: { expires_in: 900 } },
    });
    control.addFault({
      ...{ path: '/helix/users', times: 'all' },
      effect: { kind: 'replace', fields: { data: {}, pagination: {} } },
    });
    const { code, said, report } = await run(['--against', twitch.url]);
    expect(code).toBe(1);
    const found = report().differences.map(({ step, name }) => `${step}: ${name}`);
    expect(found).toEqual(
      expect.arrayContaining([
        'device sign-in: code lives in seconds',
        'helix: users',
        'renewal: the access token before',
      ]),
    );
    // A refresh that leaves the old token alive, and a reuse that ends nothing, show there and nowhere else.
    const elsewhere = found.filter(
      (one) => !/^(device sign-in: code lives|helix: users|renewal|more scopes|re)/.test(one),
    );
    expect(elsewhere).toEqual([]);
    expect(said).toContain('device sign-in: code lives in seconds\n    measured  900\n    sandbox   1800');
  });

  test('stopped in the middle, leaves what it has and no login', async ({ twitch }) => {
    const stop = new AbortController();
    const heard = (words: string) => words.includes('renewing') && stop.abort();
    const { code, said, report } = await run(['--against', twitch.url], { signal: stop.signal, heard });
    expect(code).toBe(130);
    expect(report()).toMatchObject({
      finished: false,
      done: ['device sign-in', 'refusals', 'helix', 'connections'],
      differences: [],
    });
    expect(said).toContain('Stopped after: device sign-in');
    expect(twitch.control.connections()).toMatchObject({ chat: [], eventsub: [] });
  });

  test('does nothing with an account that was not named, and ends its login', async ({ twitch }) => {
    const { problems, done } = await measure({
      ...{ hosts: standIn(twitch.url), clientId: SANDBOX_PUBLIC_CLIENT.clientId, account: 'luna_streams' },
      ...{ person: automaticPerson(twitch.url, 'luna_bot'), patienceMs: 100 },
    });
    expect(done).toEqual([]);
    expect(problems[0]).toMatch(/signed in was luna_bot, not luna_streams/);
    expect(twitch.control.state().accessTokens).toEqual([]);
    expect(twitch.control.requests({ grantType: 'refresh_token' })).toEqual([]);
  });

  test.each([
    ['n\n', 'a no'],
    ['\n', 'no answer'],
    ['', 'Ctrl-C'],
  ])('does nothing before the account is confirmed: %j', async (typed) => {
    const stop = new AbortController();
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const heard = (words: string) => {
      if (!words.includes('Is luna a test account?')) return;
      if (typed === '') stop.abort();
      else input.write(typed);
    };
    const argv = ['--client-id', 'abc', '--account', 'luna'];
    const { code, said, file } = await run(argv, { signal: stop.signal, heard, input });
    expect([code, file]).toEqual([2, '']);
    expect(said).toContain('Nothing was done.');
  });

  test.each([
    [[], 'Name your application'],
    [['--client-id', 'abc'], 'Name the test account'],
    [['--client-id', 'abc', '--account', 'me'], 'a person at a terminal'],
    [['--against', 'https://id.twitch.tv'], 'nothing else'],
    [['--against', 'http://192.168.1.2:4711'], 'nothing else'],
    [['--nonsense'], 'nonsense'],
  ])('asks nobody with %j', async (argv, word) => {
    const { code, said } = await run(argv);
    expect(code).toBe(2);
    expect(said).toContain(word);
  });
});
