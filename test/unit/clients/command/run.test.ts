import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS, run } from '../../../../clients/command/run.ts';
import type { ClientFixture } from '../../../support/client-fixture.ts';
import { Refusal, token } from '../../../support/scripted-vault-fixture.ts';
import { ann, openTerminalFixture, type Terminal, terminal } from '../../../support/terminal-fixture.ts';

describe('castkey', () => {
  let fixture: ClientFixture;
  let io: Terminal;
  beforeEach(async () => {
    ({ fixture, io } = await openTerminalFixture());
  });

  describe('token', () => {
    it.each([
      ['token --user 1', 'token-1\n'],
      ['token', 'token-1\n'],
      ['token -i chat --format oauth', 'oauth:token-1\n'],
      ['token -u 1 --format header', 'Authorization: Bearer token-1\n'],
      ['token -u 1 --json', `${JSON.stringify(token())}\n`],
    ])('castkey %s', async (line, out) => {
      expect(await run(line.split(' '), io)).toBe(0);
      expect(io.printed).toEqual({ out, err: '' });
    });

    it('asks for an AND of ORs, and pairs with the same', async () => {
      const line = 'token -u 1 -s a --scope b --any-of c,d --timeout 5';
      expect(await run(line.split(' '), io)).toBe(0);
      const scopeSets = [['a'], ['b'], ['c', 'd']];
      expect(fixture.vault.asked[1]?.params).toEqual({
        wants: [{ user: '1', scopes: scopeSets }],
        timeoutMs: 4500,
      });
      expect(fixture.vault.asked.at(-1)?.params).toEqual({
        user: '1',
        scopeSets,
        interactive: 'allow',
        timeoutMs: 5000,
      });
    });

    it.each([
      ['--scope', 'chat:read chat:edit'],
      ['--scope', 'chat:read,chat:edit'],
      ['--scope', ''],
      ['--any-of', 'chat:read chat:edit,user:write:chat'],
    ])('refuses %s "%s" before it calls the vault', async (flag, scopes) => {
      for (const command of ['token', 'pair'])
        expect(await run([command, '--user', '1', flag, scopes], io)).toBe(2);
      expect(io.printed.err).toContain('A list, please: --scope chat:read --scope chat:edit');
      expect(fixture.vault.asked).toEqual([]);
    });

    it('has a token checked on request', async () => {
      fixture.vault.on('refreshAccessTokenForUser', () => token({ accessToken: 'token-2' }));
      expect(await run(['token', '--user', '1', '--refresh'], io)).toBe(0);
      expect(io.printed.out).toBe('token-2\n');
    });

    it('does not guess among several accounts', async () => {
      fixture.vault.users = [ann, { ...ann, userId: '2', login: 'bob' }];
      expect(await run(['token'], io)).toBe(2);
      expect(io.printed.err).toContain('--user 1 (ann), --user 2 (bob)');
      expect(io.printed.out).toBe('');
    });

    it('hangs up afterwards', async () => {
      await run(['token'], io);
      expect(fixture.host.timers()).toEqual([]);
    });
  });

  describe('ends', () => {
    it.each([
      ['denied', 4],
      ['consent-denied', 4],
      ['scope-missing', 4],
      ['locked', 5],
      ['needs-sign-in', 5],
      ['setup', 5],
      ['approval-timeout', 6],
      ['twitch-unreachable', 6],
      ['internal', 1],
    ] as const)('after %s with %i, told in words or as data', async (code, exit) => {
      fixture.vault.on('getAccessTokenForUser', () => {
        throw new Refusal({ code, retryable: false }, 'So it is.');
      });
      expect(await run(['token', '-u', '1'], io)).toBe(exit);
      expect(io.printed.err).toMatch(new RegExp(`^castkey: So it is\\. .*\\(${code}\\)\\n$`));
      const other = terminal(fixture);
      expect(await run(['token', '-u', '1', '--json'], other)).toBe(exit);
      expect(JSON.parse(other.printed.err)).toMatchObject({ error: { code, retryable: false } });
      expect(other.printed.out).toBe('');
    });

    it('with 3 when Castkey does not run', async () => {
      await fixture.vault.stop();
      expect(await run(['status'], io)).toBe(3);
      expect(io.printed.err).toContain('Start Castkey');
    });

    it('with 4 for an unknown account or intent', async () => {
      fixture.vault.on('getAccessTokenForUser', () => null);
      fixture.vault.on('getAccessTokenForIntent', () => null);
      expect(await run(['token', '-u', '7'], io)).toBe(4);
      expect(await run(['token', '-i', 'x'], io)).toBe(4);
    });

    it('with 4, and no window, when an unpaired bot may not ask', async () => {
      expect(await run(['token', '--no-prompt'], io)).toBe(4);
      expect(await run(['status'], io)).toBe(4);
      expect(fixture.vault.count('pair')).toBe(0);
    });

    it.each([
      [''],
      ['dance'],
      ['constructor'],
      ['token --dance'],
      ['token --user'],
      ['token surplus'],
      ['token -- surplus'],
      ['token --user ann'],
      ['token --user 1 --intent chat'],
      ['token --app --scope a'],
      ['token --format xml'],
      ['token --timeout 0'],
      ['token --timeout soon'],
      ['token --timeout 601'],
      ['exec'],
      ['exec ls'],
      ['exec --env PATH -- ls'],
      ['exec --env A=B -- ls'],
      ['completions'],
      ['completions csh'],
      ['completions bash zsh'],
      ['socket --user 1'],
    ])('with 2 for "castkey %s", and nothing is asked', async (line) => {
      expect(await run(line.split(' ').filter(Boolean), io)).toBe(2);
      expect(io.printed.err).not.toBe('');
      expect(io.printed.out).toBe('');
      expect(fixture.vault.count('getAccessTokenForUser')).toBe(0);
    });
  });

  describe('status', () => {
    beforeEach(() => run(['pair', '--name', 'castkey-cli'], terminal(fixture)));

    it('ends with 5 when the streamer must act', async () => {
      const server = { name: 'castkey', version: '1' };
      fixture.vault.on('status', () => ({ server, locked: true, users: [] }));
      expect(await run(['status'], io)).toBe(5);
      const users = [{ ...ann, expiresAt: null, state: 'needs-sign-in' }];
      fixture.vault.on('status', () => ({ server, locked: false, users }));
      expect(await run(['status'], io)).toBe(5);
    });
  });

  it('pair says after a moment that a window asks', async () => {
    const answered = fixture.vault.next('pair');
    let allow = (): void => {};
    fixture.vault.on('pair', () => new Promise((resolve) => (allow = () => resolve(undefined))));
    const pairing = run('pair --name greeter --timeout 60'.split(' '), io);
    await answered;
    expect(io.printed.err).toBe('');
    fixture.host.advance(1_500);
    expect(io.printed.err).toContain('asks the streamer in a window; waiting for the answer, at most 60 s');
    allow();
    await pairing;
  });

  it('names the scope that is missing, and flags rather than options of the library', async () => {
    fixture.vault.on('getAccessTokenForUser', () => {
      throw new Refusal({ code: 'scope-missing', retryable: false, missing: ['chat:edit'] }, 'No.');
    });
    await run('token -u 1 -s chat:edit'.split(' '), io);
    expect(io.printed.err).toContain('--no-prompt');
    expect(io.printed.err).not.toMatch(/interactive|timeoutMs/);
  });

  it('pair says which scopes the account has yet to grant', async () => {
    const line = ['pair', '--name', 'greeter', '--intent', 'chat'];
    const scopes = ['--scope', ann.scope[0] ?? '', '--scope', 'moderator:manage:banned_users'];
    expect(await run([...line, ...scopes], io)).toBe(0);
    expect(io.printed.out).toContain(
      `${ann.login} has not granted moderator:manage:banned_users yet. A sign-in window asks for it`,
    );
  });

  it('asks for another application, by a notification, for scopes it can do without and the app token', async () => {
    const flags = '--client-id abc --notify --scope a --optional b --app --json';
    expect(await run(['pair', '--user', '1', ...flags.split(' ')], io)).toBe(0);
    expect(fixture.vault.asked[0]?.params).toMatchObject({ twitchClientId: 'abc' });
    expect(fixture.vault.asked[1]?.params).toMatchObject({
      interactive: 'notify',
      wants: [{ user: '1', scopes: [['a']], optional: [['b']] }, { app: true }],
    });
  });

  it('tells why nobody was asked by a window', async () => {
    const hint = 'She is live, so Castkey opened no window.';
    fixture.vault.on('getAccessTokenForUser', () => {
      throw new Refusal({ code: 'approval-timeout', retryable: true, hint }, 'Nobody answered.');
    });
    await run(['token', '--user', '1'], io);
    expect(io.printed.err).toContain(`Nobody answered. ${hint} `);
    io.printed.err = '';
    await run(['token', '--user', '1', '--json'], io);
    expect(JSON.parse(io.printed.err)).toMatchObject({ error: { code: 'approval-timeout', hint } });
  });

  it('pair keeps a key for the named bot', async () => {
    const line = ['pair', '--name', 'greeter', '--reason', 'says hello', '--intent', 'chat', '--json'];
    expect(await run(line, io)).toBe(0);
    expect(JSON.parse(io.printed.out)).toEqual({
      name: 'greeter',
      keyFile: join(fixture.folder, '.config/castkey-client/greeter.json'),
      users: [ann],
    });
    expect(fixture.vault.asked[1]?.params).toEqual({
      ...{ reason: 'says hello', introduces: true },
      wants: [{ intent: 'chat' }],
      timeoutMs: 108_000,
    });
  });

  it('watch prints events until it is told to stop', async () => {
    const watching = run(['watch', '--json'], io);
    await io.until('connection.connected');
    fixture.vault.emit({ type: 'token.invalidated', userId: '1', reason: 'revoked' });
    await io.until('token.invalidated');
    io.signal('SIGINT');
    expect(await watching).toBe(0);
    const time = '2026-01-01T00:00:00.000Z';
    expect(
      io.printed.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { time, type: 'connection.connected' },
      { time, type: 'token.invalidated', userId: '1', reason: 'revoked' },
    ]);
    expect(io.hearing()).toBe(0);
  });

  it('socket prints the path, and what decided about it', async () => {
    expect(await run(['socket'], io)).toBe(0);
    expect(await run(['socket', '--json'], io)).toBe(0);
    const { path } = fixture.vault;
    expect(io.printed.out).toBe(`${path}\n${JSON.stringify({ path, source: 'CASTKEY_SOCKET' })}\n`);
    expect(fixture.vault.asked).toEqual([]);
  });

  describe('help', () => {
    it('lists every command, and every flag of each', async () => {
      expect(await run(['--help'], io)).toBe(0);
      for (const [name, { summary, flags }] of Object.entries(COMMANDS)) {
        expect(io.printed.out).toContain(`${name.padEnd(13)}${summary}`);
        const one = terminal(fixture);
        expect(await run([name, '--help'], one)).toBe(0);
        for (const flag of flags) expect(one.printed.out).toContain(`--${flag} `);
        expect(flags).toContain('json');
      }
    });

    it.each(['bash', 'zsh', 'fish'])('completions of %s know every command and flag', async (shell) => {
      expect(await run(['completions', shell], io)).toBe(0);
      for (const [name, { flags }] of Object.entries(COMMANDS)) {
        expect(io.printed.out).toContain(name);
        for (const flag of flags) expect(io.printed.out).toContain(flag);
      }
    });

    it('--version is that of the package', async () => {
      await run(['--version'], io);
      expect(io.printed.out).toMatch(/^\d+\.\d+\.\d+\n$/);
    });
  });
});
