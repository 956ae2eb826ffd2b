import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../../clients/javascript/src/connect.ts';
import { createSecretBox } from '../../../electron/adapters/keychain/secret-box.ts';
import { standInEnvironment } from '../../../electron/policy/twitch-environment.ts';
import { flatAccounts } from '../../support/flat-accounts.ts';
import { NO_KEYCHAIN } from '../../support/no-keychain.ts';
import { LUNA } from '../../support/people.ts';
import { openSandboxVaultFixture, type SandboxVaultFixture } from '../../support/sandbox-vault-fixture.ts';
import {
  openSocketVaultFixture,
  type SocketVaultFixture,
  type SocketVaultOptions,
} from '../../support/socket-vault-fixture.ts';

const PASSPHRASE = 'several quite random words';
const openBox: NonNullable<SocketVaultOptions['openBox']> = (documents, log) =>
  createSecretBox({ keychain: NO_KEYCHAIN, documents, log, cost: 2 ** 14 });

/** Every file without which a login, or the key of a bot, would be lost; docs/security.md has the same list. */
const FILES = ['accounts', 'bots', 'intents', 'protection', 'applications'] as const;

/** What a crash, a disk or a hand can do to a file, in its place. */
const DAMAGES: readonly (readonly [name: string, damage: (path: string) => void])[] = [
  ['NULs', (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length))],
  ['empty', (path) => writeFileSync(path, '')],
  [
    'cut in half',
    (path) => writeFileSync(path, readFileSync(path).subarray(0, readFileSync(path).length / 2)),
  ],
  ['gone', (path) => rmSync(path)],
  ['a folder', (path) => [rmSync(path), mkdirSync(path)]],
  ['another object', (path) => writeFileSync(path, '{"hello":1}')],
  ['one bit of a value other', flipOneBit],
];

/** In a letter of what is longest, which is what was sealed, or the checksum. */
function flipOneBit(path: string): void {
  const bytes = readFileSync(path);
  const texts = [...bytes.toString('latin1').matchAll(/[\w-]{20,}/g)];
  const longest = texts.reduce((one, other) => (other[0].length > one[0].length ? other : one));
  const at = longest.index + longest[0].slice(10).search(/[A-Za-z]/) + 10;
  bytes[at] = (bytes[at] ?? 0) ^ 0x20;
  writeFileSync(path, bytes);
}

let home: SandboxVaultFixture;
let profile: string;
let keyFile: string;

beforeAll(async () => {
  profile = mkdtempSync(join(tmpdir(), 'ck-'));
  keyFile = join(profile, 'key.json');
  home = await openSandboxVaultFixture({ kind: 'confidential', openBox });
  expect(await home.vault.actions['passphrase.set'].run({ passphrase: PASSPHRASE })).toMatchObject({
    ok: true,
  });
  await home.signIn(LUNA, ['chat:read'], ['chat']);
  const bot = await connect({ name: 'song-bot', socket: home.socket, keyFile, wants: [{ user: LUNA }] });
  await bot.close();
  await home.kill();
  for (const part of ['accounts', 'documents'])
    cpSync(join(home.folder, part), join(profile, part), { recursive: true });
});
afterAll(async () => {
  await home.close();
  rmSync(profile, { recursive: true });
});

/** The paths of a file and its copy. */
function pathsOf(folder: string, file: (typeof FILES)[number]): { path: string; copy: string } {
  const account = readdirSync(join(folder, 'accounts')).find((name) => /^[^.]+\.json$/.test(name));
  const name =
    file === 'accounts' ? join('accounts', account?.replace('.json', '') ?? '') : join('documents', file);
  return { path: join(folder, `${name}.json`), copy: join(folder, `${name}.previous.json`) };
}

/** A vault over a copy of the profile, to which something was done first. */
async function openDamaged(damage: (folder: string) => void): Promise<SocketVaultFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(profile, folder, { recursive: true });
  damage(folder);
  const fixture = await openSocketVaultFixture({
    ...{ userId: LUNA, profile: folder, openBox, twitch: standInEnvironment(home.twitch.url, false) },
    allow: () => {
      throw new Error('nobody may be asked to sign in');
    },
  });
  onTestFinished(() => fixture.close());
  return fixture;
}

async function expectAllThere({ vault, socket, streamer }: SocketVaultFixture): Promise<void> {
  expect(vault.view().protection).toMatchObject({
    kind: 'passphrase',
    needsPassphrase: true,
    damaged: false,
  });
  expect(await vault.actions['passphrase.enter'].run({ passphrase: PASSPHRASE })).toMatchObject({ ok: true });
  const { applications, bots, ...view } = vault.view();
  expect(applications[0]?.kind).toBe('confidential');
  expect(flatAccounts(view)).toMatchObject([
    { userId: LUNA, intents: ['chat'], canRefresh: true, saved: true },
  ]);
  expect(bots).toMatchObject([{ name: 'song-bot' }]);
  const bot = await connect({ name: 'song-bot', socket, keyFile });
  onTestFinished(() => bot.close());
  expect((await bot.getAccessTokenForIntent('chat'))?.userId).toBe(LUNA);
  expect(streamer.asked).toBe(0);
}

describe.each(FILES)('%s', (file) => {
  it.each(DAMAGES)('%s: nothing is lost, and the next damage does no harm either', async (_how, damage) => {
    const fixture = await openDamaged((folder) => damage(pathsOf(folder, file).path));
    await expectAllThere(fixture);
    const { path, copy } = pathsOf(fixture.folder, file);
    expect(readFileSync(copy, 'utf8')).toBe(readFileSync(path, 'utf8'));
  });

  it('its copy being damaged as well is told, and nothing is deleted', async () => {
    const fixture = await openDamaged((folder) => {
      for (const path of Object.values(pathsOf(folder, file))) writeFileSync(path, '\0\0\0');
    });
    await fixture.vault.actions['passphrase.enter'].run({ passphrase: PASSPHRASE });
    const { notices, protection } = fixture.vault.view();
    const told = protection.damaged || notices.some(({ text }) => /can’t be read/.test(text));
    expect(told).toBe(true);
    const kept = readdirSync(fixture.folder, { recursive: true, encoding: 'utf8' });
    expect(kept.filter((name) => name.includes('.corrupt-'))).not.toEqual([]);
  });
});

it('with the passphrase’s file and its copy gone no other passphrase is set unless she knows what it costs', async () => {
  const { vault, folder } = await openDamaged((damaged) => {
    for (const path of Object.values(pathsOf(damaged, 'protection'))) rmSync(path);
  });
  expect(vault.view()).toMatchObject({ protection: { damaged: true, needsPassphrase: false }, notices: [] });
  expect(vault.view().applications[0]?.kind).toBe('confidential');
  const { path } = pathsOf(folder, 'accounts');
  const before = readFileSync(path, 'utf8');
  const set = vault.actions['passphrase.set'];
  expect(await set.run({ passphrase: PASSPHRASE })).toMatchObject({ ok: false, error: { code: 'refused' } });
  expect(vault.view().protection.damaged).toBe(true);
  expect(await set.run({ passphrase: PASSPHRASE, anew: true })).toMatchObject({ ok: true });
  expect(vault.view().protection).toMatchObject({ kind: 'passphrase', damaged: false });
  expect(readFileSync(path, 'utf8')).toBe(before);
});
