import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  checkPassphrase,
  openWith,
  sealWith,
  setPassphrase,
} from '../../../../../electron/adapters/keychain/passphrase.ts';
import type { Keychain, Strength } from '../../../../../electron/adapters/keychain/safe-storage.ts';
import { createSecretBox } from '../../../../../electron/adapters/keychain/secret-box.ts';
import type { StoredDocument } from '../../../../../electron/core/ports.ts';

const CHEAP = 2 ** 14;
const PLAIN = 'a refresh token';

/** A keychain whose key is a number; another number can't open what it sealed. */
interface FakeKeychain extends Keychain {
  state: { backend: string; strength: Strength; key: number; locked: boolean; stale: boolean };
}
function createFakeKeychain(): FakeKeychain {
  const state: FakeKeychain['state'] = {
    backend: 'gnome_libsecret',
    strength: 'os',
    key: 1,
    locked: false,
    stale: false,
  };
  return {
    state,
    backend: () => state.backend,
    strength: async () => state.strength,
    unlock: async () => {
      if (state.strength === 'locked') state.strength = 'os';
    },
    encrypt: async (plain) => Buffer.from(`${state.key}:${plain}`),
    decrypt: async (sealed) => {
      if (state.locked) return null;
      const text = Buffer.from(sealed).toString();
      if (!text.startsWith(`${state.key}:`)) throw new Error('Error while decrypting the ciphertext');
      return { plain: text.slice(2), stale: state.stale };
    },
  };
}

let keychain: FakeKeychain;
let disk: Map<string, unknown>;
let logged: string[];
beforeEach(() => {
  keychain = createFakeKeychain();
  disk = new Map();
  logged = [];
});

const log = (message: string): void => void logged.push(message);
const open = () =>
  createSecretBox({
    keychain,
    documents: {
      read: async (name): Promise<StoredDocument> =>
        disk.has(name) ? { kind: 'read', value: disk.get(name), previous: false } : { kind: 'absent' },
      write: async (name, value) => void disk.set(name, structuredClone(value)),
    },
    log: { warn: log, error: log },
    cost: CHEAP,
  });

describe('with the system’s keychain', () => {
  it('seals and opens', async () => {
    const box = await open();
    const sealed = await box.seal(PLAIN);
    expect(box.protection()).toEqual({
      kind: 'os',
      backend: 'gnome_libsecret',
      needsPassphrase: false,
      needsKeychain: null,
      damaged: false,
      problem: null,
    });
    expect(sealed).toMatch(/^castkey1:os:gnome_libsecret:[\w-]+$/);
    expect(await (await open()).open(sealed)).toEqual({ kind: 'opened', plain: PLAIN, stale: false });
  });

  it('passes on that something is to be sealed again', async () => {
    const box = await open();
    keychain.state.stale = true;
    expect(await box.open(await box.seal(PLAIN))).toMatchObject({ stale: true });
  });

  it('tells a keychain that is locked now from a key that is another', async () => {
    const box = await open();
    const sealed = await box.seal(PLAIN);
    keychain.state.locked = true;
    expect(await box.open(sealed)).toEqual({ kind: 'unavailable' });
    keychain.state.locked = false;
    keychain.state.key = 2;
    expect(await box.open(sealed)).toEqual({ kind: 'wrong-key' });
  });

  it('finds out when the keychain has become available', async () => {
    const sealed = await (await open()).seal(PLAIN);
    keychain.state.strength = 'none';
    const box = await open();
    expect(await box.open(sealed)).toEqual({ kind: 'unavailable' });
    expect(box.protection()).toMatchObject({ kind: 'os', needsKeychain: 'absent' });
    keychain.state.strength = 'os';
    await box.lookAgain();
    expect(await box.open(sealed)).toMatchObject({ kind: 'opened' });
    expect(box.protection()).toMatchObject({ kind: 'os', needsKeychain: null });
  });

  it('is told of as locked, and opens what it sealed once it isn’t', async () => {
    const sealed = await (await open()).seal(PLAIN);
    keychain.state.strength = 'locked';
    const box = await open();
    expect(box.protection()).toMatchObject({ kind: 'os', needsKeychain: 'locked', needsPassphrase: false });
    expect(await box.open(sealed)).toEqual({ kind: 'unavailable' });
    await expect(box.seal(PLAIN)).rejects.toThrow('nothing to seal with');
    await box.unlockKeychain();
    expect(box.protection()).toMatchObject({ kind: 'os', needsKeychain: null });
    expect(await box.open(sealed)).toMatchObject({ kind: 'opened', plain: PLAIN });
  });

  it('doesn’t keep a start waiting behind its prompt, and is noticed when that was answered', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let answer = (_strength: Strength): void => {};
    keychain.strength = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const opening = open();
    await vi.advanceTimersByTimeAsync(2_000);
    const box = await opening;
    expect(box.protection().needsKeychain).toBe('locked');
    answer('os');
    await box.lookAgain();
    expect(box.protection().needsKeychain).toBeNull();
  });

  it.each([
    '',
    'castkey1:os:x',
    'castkey2:os:gnome_libsecret:AAAA',
    'castkey1:os:gnome_libsecret:',
    'AAAA',
    '{}',
  ])('opens nothing it didn’t seal: %j', async (sealed) => {
    expect(await (await open()).open(sealed)).toEqual({ kind: 'wrong-key' });
  });
});

describe('when the keychain changes', () => {
  it('tells it, and calls what the other one sealed unavailable rather than lost', async () => {
    const sealed = await (await open()).seal(PLAIN);
    Object.assign(keychain.state, { backend: 'kwallet6', key: 2 });
    const box = await open();
    expect(logged).toEqual(['the system offers another keychain than before']);
    expect(box.protection().backend).toBe('kwallet6 (was gnome_libsecret)');
    expect(await box.open(sealed)).toEqual({ kind: 'unavailable' });
    Object.assign(keychain.state, { backend: 'gnome_libsecret', key: 1 });
    expect(await (await open()).open(sealed)).toMatchObject({ kind: 'opened', plain: PLAIN });
  });

  it('has what still opens sealed again', async () => {
    const sealed = await (await open()).seal(PLAIN);
    keychain.state.backend = 'kwallet6';
    expect(await (await open()).open(sealed)).toEqual({ kind: 'opened', plain: PLAIN, stale: true });
  });

  it('still knows the old one after a start on a weak one', async () => {
    await (await open()).seal(PLAIN);
    Object.assign(keychain.state, { backend: 'basic_text', strength: 'weak' });
    await open();
    expect((await open()).protection()).toEqual({
      kind: 'weak',
      backend: 'basic_text (was gnome_libsecret)',
      needsPassphrase: false,
      needsKeychain: null,
      damaged: false,
      problem: expect.stringMatching(/sealed by gnome_libsecret.*now offers basic_text/),
    });
  });
});

describe.each(['weak', 'none'] as const)('with protection %s', (strength) => {
  beforeEach(() => Object.assign(keychain.state, { backend: 'basic_text', strength }));

  it('seals nothing until a passphrase is set', async () => {
    const box = await open();
    expect(box.protection().kind).toBe(strength);
    await expect(box.seal(PLAIN)).rejects.toThrow('nothing to seal with');
    expect(await box.givePassphrase('correct horse')).toBe('ready');
    expect(box.protection()).toMatchObject({ kind: 'passphrase', needsPassphrase: false });
    expect(await box.open(await box.seal(PLAIN))).toEqual({ kind: 'opened', plain: PLAIN, stale: false });
  });

  it('asks for the passphrase at the next start, and tells a wrong one', async () => {
    const first = await open();
    await first.givePassphrase('correct horse');
    const sealed = await first.seal(PLAIN);
    const box = await open();
    expect(box.protection()).toMatchObject({ kind: 'passphrase', needsPassphrase: true });
    expect(await box.open(sealed)).toEqual({ kind: 'unavailable' });
    await expect(box.seal(PLAIN)).rejects.toThrow('nothing to seal with');
    expect(await box.givePassphrase('correct house')).toBe('wrong');
    expect(box.protection().needsPassphrase).toBe(true);
    expect(await box.givePassphrase('correct horse')).toBe('ready');
    expect(await box.open(sealed)).toMatchObject({ kind: 'opened', plain: PLAIN });
    expect(await box.givePassphrase('correct house')).toBe('wrong');
    expect(await box.open(sealed)).toMatchObject({ kind: 'opened' });
  });

  it('says that the file which goes with the passphrase is damaged, and opens nothing by another', async () => {
    const first = await open();
    await first.givePassphrase('correct horse');
    const sealed = await first.seal(PLAIN);
    disk.delete('protection');
    const box = await open();
    expect(box.protection().damaged).toBe(false); // nothing was sealed, as far as it knows
    expect(await box.open(sealed)).toEqual({ kind: 'unavailable' });
    expect(box.protection()).toMatchObject({ kind: strength, damaged: true, needsPassphrase: false });
    await box.givePassphrase('correct horse');
    expect(box.protection()).toMatchObject({ kind: 'passphrase', damaged: false });
    expect(await box.open(sealed)).toEqual({ kind: 'wrong-key' });
  });

  it('keeps nothing on the disk that helps without the passphrase', async () => {
    const box = await open();
    await box.givePassphrase('correct horse');
    await box.seal(PLAIN);
    expect(JSON.stringify([...disk])).not.toMatch(/correct|horse|refresh/);
  });
});

describe('a passphrase', () => {
  it('is the same one however its accents are encoded', async () => {
    const { record } = await setPassphrase('caf\u00e9', CHEAP);
    expect(await checkPassphrase('cafe\u0301', record)).not.toBeNull();
    expect(await checkPassphrase('cafe', record)).toBeNull();
  });

  it('gives another key each time it is set', async () => {
    const [one, two] = await Promise.all([setPassphrase('same', CHEAP), setPassphrase('same', CHEAP)]);
    expect(openWith(one.key, sealWith(two.key, PLAIN))).toBeNull();
  });

  it('opens nothing that was changed, not in one bit', async () => {
    const { key } = await setPassphrase('same', CHEAP);
    const bytes = Buffer.from(sealWith(key, PLAIN), 'base64url');
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openWith(key, changed.toString('base64url'))).toBeNull();
    }
    expect(openWith(key, 'AAAA')).toBeNull();
  });
});
