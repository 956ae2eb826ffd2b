import { describe, expect, it } from 'vitest';
import { openClientFixture } from '../../../support/client-fixture.ts';

const server = { name: 'castkey', version: '9.9.9' };
const vault = { protection: 'os', backend: 'gnome_libsecret', app: 'public', twitch: 'real' };
const status = (facts?: unknown) => ({ server, locked: false, users: [], vault: facts });

describe('what the vault tells of itself', () => {
  it('reaches the bot, without what this version does not know', async () => {
    const fixture = await openClientFixture();
    fixture.vault.on('status', () => status({ ...vault, later: true }));
    expect(await (await fixture.connect()).status()).toEqual({ server, locked: false, users: [], vault });
  });

  it('is absent where the vault is older', async () => {
    const fixture = await openClientFixture();
    fixture.vault.on('status', () => status());
    expect(await (await fixture.connect()).status()).toEqual({ server, locked: false, users: [] });
  });

  it.each([
    ['another protection', { ...vault, protection: 'hope' }],
    ['a kind of application nobody knows', { ...vault, app: 'secret' }],
    ['no word on Twitch', { ...vault, twitch: undefined }],
    ['a list', []],
  ])('is refused as nonsense with %s', async (_, facts) => {
    const fixture = await openClientFixture();
    fixture.vault.on('status', () => status(facts));
    await expect((await fixture.connect()).status()).rejects.toMatchObject({ code: 'internal' });
  });
});
