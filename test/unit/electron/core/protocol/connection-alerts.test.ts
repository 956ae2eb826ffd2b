import { describe, expect, it } from 'vitest';
import { HOUR } from '../../../../support/fake-time.ts';
import { LOCAL_PEER, newNonce, reasonOf } from '../../../../support/test-bot.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const refusals = (fixture: VaultFixture) =>
  fixture.view().activity.filter(({ kind }) => kind === 'peer.refused');

describe('a program that is turned away', () => {
  it('because it is another user’s, is in the record once, however often it knocks', async () => {
    const fixture = await vaultFixtureWithAlice();
    for (let knock = 0; knock < 1000; knock += 1)
      fixture.vault.refusedPeer({ ...LOCAL_PEER, uid: 1234, pid: knock });
    await fixture.time.pass(HOUR - 1);
    fixture.vault.refusedPeer({ ...LOCAL_PEER, uid: 1234 });
    expect(refusals(fixture)).toMatchObject([
      {
        ...{ ok: false, text: expect.stringMatching(/\/usr\/bin\/node.*1234/) },
        peer: { claimed: null, proved: false, uid: 1234, program: '/usr/bin/node' },
      },
    ]);
    fixture.vault.refusedPeer({ ...LOCAL_PEER, uid: 1235 });
    fixture.vault.refusedPeer({ ...LOCAL_PEER, uid: 1234, program: '/opt/other' });
    expect(refusals(fixture)).toHaveLength(3);
    await fixture.time.pass(1);
    fixture.vault.refusedPeer({ ...LOCAL_PEER, uid: 1234 });
    expect(refusals(fixture)).toHaveLength(4);
  });

  it('without a name, when the system tells none', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.vault.refusedPeer({ ...LOCAL_PEER, uid: 99, program: null });
    expect(refusals(fixture)[0]?.text).toMatch(/^A program of another user/);
  });

  it('because its proof is wrong, is in the record once an hour and program', async () => {
    const fixture = await vaultFixtureWithAlice();
    const { keys } = await pairBot(fixture);
    const lie = async (script: string): Promise<void> => {
      const bot = fixture.connect({ ...LOCAL_PEER, script });
      await bot.request('hello', {
        protocol: 1,
        client: { name: 'b' },
        nonce: newNonce(),
        keyId: keys.keyId,
      });
      expect(reasonOf(await bot.request('authenticate', { proof: 'x' }))).toBe('bad-proof');
    };
    for (let turn = 0; turn < 20; turn += 1) await lie('/x/liar.js');
    expect(refusals(fixture)).toHaveLength(1);
    await lie('/x/other.js');
    expect(refusals(fixture)).toMatchObject([
      { peer: { claimed: 'bot', proved: false, script: '/x/other.js' } },
      { peer: { claimed: 'bot', proved: false, script: '/x/liar.js' } },
    ]);
  });

  it('is forgotten oldest first, so that a flood of new ones costs no memory', async () => {
    const fixture = await vaultFixtureWithAlice();
    for (let uid = 0; uid < 600; uid += 1) fixture.vault.refusedPeer({ ...LOCAL_PEER, uid });
    const before = refusals(fixture).length;
    fixture.vault.refusedPeer({ ...LOCAL_PEER, uid: 599 });
    expect(refusals(fixture)).toHaveLength(before);
    await fixture.time.pass(60_000); // within a minute, more of them are only counted
    fixture.vault.refusedPeer({ ...LOCAL_PEER, uid: 0 });
    expect(refusals(fixture)[0]?.text).toMatch(/number 0\b/);
  });
});
