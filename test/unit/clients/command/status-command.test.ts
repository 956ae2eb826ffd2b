import { beforeEach, describe, expect, it } from 'vitest';
import { timeLeft } from '../../../../clients/command/format/account.ts';
import { run } from '../../../../clients/command/run.ts';
import type { ClientFixture } from '../../../support/client-fixture.ts';
import { ann, openTerminalFixture, type Terminal, terminal } from '../../../support/terminal-fixture.ts';

const MINUTE = 60_000;
const server = { name: 'castkey', version: '9.9.9' };

describe('castkey status', () => {
  let fixture: ClientFixture;
  let io: Terminal;
  beforeEach(async () => {
    ({ fixture, io } = await openTerminalFixture());
    await run(['pair'], terminal(fixture));
  });

  /** The vault's two accounts. */
  function twoAccounts(): void {
    const bob = { userId: '22', login: 'bob_the_bot', scope: ['chat:read', 'chat:edit'], intents: [] };
    const expiresAt = fixture.host.now() + 192 * MINUTE;
    fixture.vault.on('status', () => ({
      server,
      locked: false,
      users: [
        { ...ann, expiresAt, state: 'ok' },
        { ...bob, expiresAt: null, state: 'needs-sign-in' },
      ],
    }));
  }

  it('is a table', async () => {
    twoAccounts();
    expect(await run(['status'], io)).toBe(5);
    expect(io.printed.out).toBe(`Castkey 9.9.9

ACCOUNT      ID  JOBS  SCOPES  STATE                            TIME LEFT
ann          1   chat  1       ok                               3 h 12 min
bob_the_bot  22  -     2       the streamer must sign in again  -
`);
  });

  it('is blocks where the table is too wide for the terminal', async () => {
    twoAccounts();
    io = terminal(fixture, { screen: { columns: 60, colour: false } });
    await run(['status'], io);
    expect(io.printed.out).toContain(
      'ann (1): ok\n  time left  3 h 12 min\n  jobs       chat\n  scopes     1\n',
    );
    expect(Math.max(...io.printed.out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(60);
    io = terminal(fixture, { screen: { columns: 100, colour: false } });
    await run(['status'], io);
    expect(io.printed.out).toContain('ACCOUNT');
  });

  it('lists every scope with --long', async () => {
    twoAccounts();
    await run(['status', '--long'], io);
    expect(io.printed.out).toContain('scopes     2\n             chat:read\n             chat:edit\n');
  });

  it('has colours where they are wanted only', async () => {
    twoAccounts();
    for (const [screen, coloured] of [
      [{ columns: 100, colour: true }, true],
      [{ columns: 100, colour: false }, false],
      [undefined, false],
    ] as const) {
      io = terminal(fixture, screen ? { screen } : {});
      await run(['status'], io);
      expect(io.printed.out.includes('\u001b[31mthe streamer must sign in again\u001b[0m')).toBe(coloured);
      expect(io.printed.out.includes('\u001b')).toBe(coloured);
    }
  });

  it('is data with --json, the vault itself included', async () => {
    const vault = { protection: 'os', backend: 'kwallet6', app: 'public', twitch: 'real' };
    fixture.vault.on('status', () => ({ server, locked: false, vault, users: [] }));
    expect(await run(['status', '--json'], io)).toBe(0);
    expect(JSON.parse(io.printed.out)).toEqual({ server, locked: false, vault, users: [] });
  });

  it('says what is odd about the vault', async () => {
    const vault = { protection: 'none', backend: '', app: null, twitch: 'stand-in' };
    fixture.vault.on('status', () => ({ server, locked: true, vault, users: [] }));
    expect(await run(['status'], io)).toBe(5);
    expect(io.printed.out.split('\n')[0]).toBe(
      'Castkey 9.9.9, locked, not Twitch: a stand-in, no Twitch application set up yet, logins in memory only',
    );
    expect(io.printed.out).toContain('This bot may use no account yet.');
  });

  it('names the Twitch application', async () => {
    const application = { clientId: 'abc123', kind: 'public' };
    fixture.vault.on('status', () => ({ server, locked: false, application, users: [] }));
    expect(await run(['status'], io)).toBe(0);
    expect(io.printed.out.split('\n')[0]).toBe('Castkey 9.9.9, application abc123 (public)');
  });

  it('prints no control characters of a hostile server', async () => {
    const users = [{ ...ann, login: '\u001b[2J', intents: ['\u202e'], expiresAt: null, state: 'ok' }];
    const odd = { name: 'castkey', version: '\u001b]0;x' };
    fixture.vault.on('status', () => ({ server: odd, locked: false, users }));
    await run(['status'], io);
    await run(['status', '--long'], io);
    for (const sign of ['\u001b', '\u202e']) expect(io.printed.out).not.toContain(sign);
  });

  it.each([
    [-1, 'over'],
    [40_000, '40 s'],
    [5 * MINUTE, '5 min'],
    [60 * MINUTE, '1 h'],
    [192 * MINUTE + 59_000, '3 h 12 min'],
    [47 * 60 * MINUTE, '47 h'],
    [58 * 24 * 60 * MINUTE, '58 d'],
  ])('%i ms are %s', (ms, text) => expect(timeLeft(ms)).toBe(text));
});

describe('castkey watch', () => {
  let fixture: ClientFixture;
  let io: Terminal;
  beforeEach(async () => {
    ({ fixture, io } = await openTerminalFixture());
  });

  it('tells people in sentences, with names', async () => {
    const watching = run(['watch'], io);
    await io.until('connected; accounts: ann');
    fixture.vault.emit({ type: 'token.invalidated', userId: '1', reason: 'revoked\u001b[2J' });
    fixture.vault.emit({ type: 'account.added', userId: '2', login: 'bob' });
    fixture.vault.emit({ type: 'intents.changed', userId: '2', intents: ['chat', 'mod'] });
    fixture.vault.emit({ type: 'grant.revoked', intent: 'chat' });
    fixture.vault.emit({ type: 'vault.locked' });
    await io.until('locked');
    io.signal('SIGTERM');
    expect(await watching).toBe(0);
    const lines = io.printed.out.trim().split('\n');
    expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ''))).toEqual([
      'connected; accounts: ann',
      'ann: the token is void (revoked [2J)',
      'bob: is now in Castkey',
      'bob: jobs are now chat, mod',
      'this bot may no longer use the job chat',
      'Castkey is locked',
    ]);
  });

  it('says when Castkey is gone, and when it is back', async () => {
    const watching = run(['watch'], io);
    await io.until('connected');
    await fixture.vault.stop();
    await io.until('Castkey is gone; waiting until it is back');
    await fixture.vault.start();
    fixture.host.advance(1_000);
    await io.until('Castkey is back; accounts: ann');
    io.signal('SIGTERM');
    await watching;
    expect(io.printed.out.match(/is back/g)).toHaveLength(2);
  });
});
