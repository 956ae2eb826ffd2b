import { beforeEach, describe, expect, it } from 'vitest';
import { success } from '../../../../electron/core/result.ts';
import { isOurWindow } from '../../../../electron/ipc/guard.ts';
import { createPreloadApi } from '../../../../electron/ipc/preload-api.ts';
import { registerCalls } from '../../../../electron/ipc/register.ts';
import { windowActions } from '../../../../electron/ipc/window-actions.ts';
import { CALLS, type CallResult, type PreloadApi, WINDOW_ROLES } from '../../../../shared/ipc.ts';
import { createFakeVault, type FakeVault } from '../../../support/fake-vault.ts';
import { createWire, WINDOW_IDS, type Wire, windowOf } from './ipc-fixture.ts';

const SECRET = 'a-client-secret-nobody-may-log';
let wire: Wire;
let vault: FakeVault;
let logged: unknown[];
let shellDid: string[];
let settled: () => Promise<FakeVault>;

beforeEach(() => {
  wire = createWire();
  vault = createFakeVault();
  logged = [];
  shellDid = [];
  settled = async () => vault;
  const app = {
    view: vault.view,
    current: () => vault,
    settled: () => settled(),
    useSandbox: async (on: boolean) => success(void shellDid.push(`sandbox ${on}`)),
    openPage: async (page: string) => success(void shellDid.push(`page ${page}`)),
  };
  registerCalls({
    host: wire.host,
    trusted: (role, sender) => isOurWindow(sender, WINDOW_IDS[role]),
    action: windowActions(app),
    log: (...args) => void logged.push(args),
  });
});

/** A call as a page that doesn't keep to the types would make it. */
const call = (channel: string, ...args: unknown[]): Promise<unknown> => wire.preload.invoke(channel, ...args);

describe('the calls of the windows', () => {
  it('are all answerable, each on a channel of its own', () => {
    const expected = Object.entries(CALLS).flatMap(([role, calls]) =>
      calls.map((name) => `castkey:${role}:${name}`),
    );
    expect(wire.channels().sort()).toEqual(expected.sort());
  });

  it('reach the vault from the page and come back as values', async () => {
    const main: PreloadApi<'main'> = createPreloadApi('main', wire.preload);
    expect(await main['state.read']()).toEqual({ ok: true, value: vault.view() });
    expect(await main['account.refresh']({ userId: '123' })).toEqual({ ok: true, value: undefined });
    expect(await main['vault.lock']()).toEqual({ ok: true, value: undefined });
    expect(await main['account.signIn']({})).toEqual({ ok: true, value: undefined });
    expect(vault.told).toEqual(['account.refresh {"userId":"123"}', 'vault.lock', 'account.signIn {}']);
  });

  it('that are about files name none: the file is chosen behind the window', async () => {
    const main = createPreloadApi('main', wire.preload);
    await main['backup.export']({ passphrase: 'a few random words' });
    await main['backup.restore']({ passphrase: 'x' });
    await main['login.import']();
    expect(vault.told).toEqual([
      'backup.export {"passphrase":"a few random words"}',
      'backup.restore {"passphrase":"x"}',
      'login.import',
    ]);
  });

  it('that are the shell’s own stay with it', async () => {
    const main = createPreloadApi('main', wire.preload);
    await main['sandbox.use']({ on: true });
    await main['page.open']({ page: 'twitch-console' });
    expect(shellDid).toEqual(['sandbox true', 'page twitch-console']);
    expect(vault.told).toEqual([]);
  });

  it('wait for the next vault while it is changed to, but what is asked of the shell or the last one does not', async () => {
    const next = createFakeVault();
    let change: (to: FakeVault) => void = () => {};
    const changed = new Promise<FakeVault>((resolve) => {
      change = resolve;
    });
    settled = () => changed;
    const refreshing = call('castkey:main:account.refreshAll');
    expect(await call('castkey:main:state.read')).toMatchObject({ ok: true });
    expect(await call('castkey:main:page.open', { page: 'help' })).toMatchObject({ ok: true });
    expect(await call('castkey:approval:approval.read')).toMatchObject({ ok: true });
    await call('castkey:signIn:signIn.cancel', { id: 'a' });
    expect([vault.told, next.told]).toEqual([['signIn.cancel {"id":"a"}'], []]);
    change(next);
    expect(await refreshing).toMatchObject({ ok: true });
    expect([vault.told.length, next.told]).toEqual([1, ['account.refreshAll']]);
  });

  it('that fail tell a window why and no more than that', async () => {
    vault.actions['account.refreshAll'].run = async () => {
      const more = { retryAfterMs: 5, recorded: true };
      return { ok: false, error: { code: 'twitch', message: 'Later.', ...more } };
    };
    expect(await call('castkey:main:account.refreshAll')).toEqual({
      ok: false,
      error: { code: 'twitch', message: 'Later.' },
    });
  });

  it('do not change to another vault while this one is locked, and open pages all the same', async () => {
    vault.change({ locked: true });
    expect(await call('castkey:main:sandbox.use', { on: true })).toMatchObject({
      ok: false,
      error: { code: 'locked' },
    });
    expect(await call('castkey:main:page.open', { page: 'help' })).toMatchObject({ ok: true });
    expect(shellDid).toEqual(['page help']);
  });

  it('answer the approval and the sign-in window', async () => {
    const approval = createPreloadApi('approval', wire.preload);
    const signIn = createPreloadApi('signIn', wire.preload);
    expect(await approval['approval.read']()).toEqual({ ok: true, value: null });
    await approval['approval.presented']({ id: 'a', digest: 'd' });
    await approval['approval.decide']({ id: 'a', digest: 'd', decision: 'once', intents: { chat: '1' } });
    expect(await signIn['signIn.read']()).toEqual({ ok: true, value: null });
    for (const name of ['here', 'browser', 'copyLink', 'cancel', 'back'] as const)
      await signIn[`signIn.${name}`]({ id: 'a' });
    expect(vault.told).toEqual([
      'approval.presented {"id":"a","digest":"d"}',
      'approval.decide {"id":"a","digest":"d","decision":"once","intents":{"chat":"1"}}',
      ...['here', 'browser', 'copyLink', 'cancel', 'back'].map((name) => `signIn.${name} {"id":"a"}`),
    ]);
  });
});

describe('a caller that is not the window', () => {
  it.each([
    ['another window', { sender: { id: 4 }, senderFrame: { origin: 'castkey://app', parent: null } }],
    ['a sub-frame', { sender: { id: 1 }, senderFrame: { origin: 'castkey://app', parent: {} } }],
    ['no frame', { sender: { id: 1 }, senderFrame: null }],
    ['another origin', { sender: { id: 1 }, senderFrame: { origin: 'https://www.twitch.tv', parent: null } }],
  ])('gets nothing from any call: %s', async (_who, caller) => {
    wire.caller = caller;
    for (const channel of wire.channels())
      expect(await call(channel)).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    expect([vault.told, shellDid]).toEqual([[], []]);
    expect(logged).toHaveLength(wire.channels().length);
  });
});

describe('a window of another role', () => {
  it.each(WINDOW_ROLES)('gets nothing from calls that are not its own: %s', async (role) => {
    wire.caller = windowOf(role);
    const foreign = wire.channels().filter((channel) => !channel.startsWith(`castkey:${role}:`));
    expect(foreign.length).toBeGreaterThan(2);
    for (const channel of foreign)
      expect(await call(channel)).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    expect(logged.map((entry) => JSON.stringify(entry))).toEqual(
      foreign.map(() => expect.stringContaining('not from the window it belongs to')),
    );
  });
});

describe('an argument that does not fit', () => {
  it.each([
    ['main:state.read', {}],
    ['main:account.refresh', undefined],
    ['main:account.refresh', null],
    ['main:account.refresh', '123'],
    ['main:account.refresh', { userId: 123 }],
    ['main:account.refresh', { userId: '' }],
    ['main:account.refresh', { userId: '../settings' }],
    ['main:account.refresh', { userId: '1'.repeat(65) }],
    ['main:account.refresh', { userId: '1', more: true }],
    ['main:account.refresh', { userId: '1', clientId: '' }],
    ['main:account.refreshAll', {}],
    ['main:account.signIn', { scopes: 'chat:read' }],
    ['main:account.signIn', { scopes: Array.from({ length: 257 }, () => 'a') }],
    ['main:account.setIntents', { userId: '1', intents: [1] }],
    ['main:account.similarIntents', { intent: '' }],
    ['main:account.similarIntents', { intent: 'a'.repeat(129) }],
    ['main:account.addToken', { accessToken: 'x'.repeat(1025) }],
    ['main:app.configure', { clientId: 'a', kind: 'secret' }],
    ['main:app.configure', { clientId: 'a', kind: 'public', clientSecret: undefined }],
    ['main:settings.change', { notify: 'yes' }],
    ['main:settings.change', { __proto__: null, admin: true }],
    ['main:page.open', { page: 'https://evil.example/' }],
    ['main:page.open', { page: 'constructor' }],
    ['main:sandbox.use', { on: 1 }],
    ['main:notice.dismiss', { id: 1.5 }],
    ['main:passphrase.set', { passphrase: '' }],
    ['main:backup.export', { passphrase: 'ninechars' }],
    ['main:backup.export', { passphrase: 'x'.repeat(1025) }],
    ['main:backup.export', { passphrase: 'long enough', path: '/etc/passwd' }],
    ['main:backup.restore', { passphrase: '' }],
    ['main:backup.restore', undefined],
    ['main:login.import', { path: '/etc/passwd' }],
    ['approval:approval.presented', { id: 'a' }],
    ['approval:approval.decide', { id: 'a', decision: 'once' }],
    ['approval:approval.decide', { id: 'a', digest: 'd', decision: 'maybe' }],
    ['approval:approval.decide', { id: 'a', digest: 'd', decision: 'once', intents: { chat: 1 } }],
    ['signIn:signIn.here', { id: {} }],
    ['signIn:signIn.here', ['a']],
    ['signIn:signIn.keep', { id: 'a' }],
    ['signIn:signIn.keep', { id: 'a', userId: 'luna' }],
    ['signIn:signIn.notMe', { id: 'a', userId: '1' }],
    ['signIn:signIn.goOn', {}],
    ['signIn:signIn.again', { id: 1 }],
    ['signIn:signIn.copyCode', {}],
  ])('is refused: %s %j', async (name, arg) => {
    const args = arg === undefined ? [] : [arg];
    expect(await call(`castkey:${name}`, ...args)).toMatchObject({
      ok: false,
      error: { code: 'bad-request' },
    });
    expect([vault.told, shellDid]).toEqual([[], []]);
  });

  it('is refused when there are two of them', async () => {
    expect(await call('castkey:main:vault.lock', undefined, 1)).toMatchObject({ ok: false });
  });

  it('is never told to the log', async () => {
    await call('castkey:main:app.configure', { clientId: 'a', kind: 'odd', clientSecret: SECRET });
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toContain(SECRET);
  });
});

describe('a bug behind a call', () => {
  it('is an answer to the window, and its own story goes to the log', async () => {
    vault.actions['approval.decide'].run = async () => {
      throw new Error('boom');
    };
    const answer = (await call('castkey:approval:approval.decide', {
      id: 'a',
      digest: 'd',
      decision: 'deny',
    })) as CallResult<void>;
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(answer)).not.toContain('boom');
    expect(logged).toEqual([
      ['a call failed', { role: 'approval', call: 'approval.decide', error: new Error('boom') }],
    ]);
  });
});
