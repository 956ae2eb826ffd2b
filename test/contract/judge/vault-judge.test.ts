import { describe, expect, it } from 'vitest';
import { type Finding, isSound } from '../../../clients/conformance/finding.ts';
import { type JudgeVaultOptions, judgeVault } from '../../../clients/conformance/vault/judge-vault.ts';
import { type Host, nodeHost } from '../../../clients/javascript/src/host.ts';
import { click } from '../../fakes/world.ts';
import { BOT_NAME, type Door, type Flaw, openDoor } from './flawed-vault-fixture.ts';
import { HANDSHAKE_FLAWS } from './vault-flaws/handshake-flaws.ts';
import { LINE_FLAWS } from './vault-flaws/line-flaws.ts';
import { REQUEST_FLAWS } from './vault-flaws/request-flaws.ts';
import { TRANSCRIPT_FLAWS } from './vault-flaws/transcript-flaws.ts';

const failed = (findings: readonly Finding[]): string[] =>
  findings.filter(({ state }) => state === 'FAIL').map(({ check }) => check);

function judge({ path, keyFile }: Door, more: Partial<JudgeVaultOptions> = {}): Promise<Finding[]> {
  return judgeVault({
    host: nodeHost,
    path,
    name: BOT_NAME,
    keyFile,
    answerTimeoutMs: 9_000,
    slow: false,
    onFinding: () => {},
    ...more,
  });
}

describe('the judge of vaults', () => {
  it('passes the real one, and leaves no window and no connection behind', async () => {
    const door = await openDoor();
    const heard: Finding[] = [];
    const findings = await judge(door, { onFinding: (finding) => heard.push(finding) });
    expect(failed(findings)).toEqual([]);
    expect(heard).toEqual(findings);
    expect(findings.filter(({ state }) => state === 'ok').length).toBeGreaterThan(45);
    expect(findings.filter(({ state }) => state === 'skip').map(({ why }) => why)).toEqual([
      'only with --slow',
      'only with --slow',
    ]);
    expect(door.world.approval.shown).toHaveLength(1); // the bot's own pairing
    expect(door.world.signIn.current).toBeNull();
  });

  it('says what it could not try without a key', async () => {
    const door = await openDoor();
    const findings = await judge(door, { keyFile: `${door.keyFile}.none` });
    expect(isSound(findings)).toBe(true);
    const skipped = findings.filter(({ why }) => why === `no key for "${BOT_NAME}": run it once with --pair`);
    expect(skipped.length).toBeGreaterThan(15);
  });

  it('pairs when told to, and needs no click the next time', async () => {
    let asked = (): void => {};
    const pairing = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const door = await openDoor({
      hears(bytes) {
        if (bytes.includes('"method":"pair"')) asked();
        return bytes;
      },
    });
    const keyFile = `${door.keyFile}.new`;
    const judging = judge(door, { keyFile, pairMs: 60_000 });
    await pairing;
    await click(door.world, 'always');
    const findings = await judging;
    expect(failed(findings)).toEqual([]);
    expect(findings[0]).toMatchObject({ check: 'pairs, and gives a key', state: 'ok' });
    expect(failed(await judge(door, { keyFile }))).toEqual([]);
    expect(door.world.approval.shown).toHaveLength(2);
  });

  it('ends when nobody answers', async () => {
    const door = await openDoor();
    await expect(judge({ ...door, path: `${door.path}.none` })).rejects.toMatchObject({
      code: 'vault-not-running',
    });
  });
});

describe('the judge of vaults finds the one rule a vault breaks', () => {
  const flaws = [...HANDSHAKE_FLAWS, ...LINE_FLAWS, ...REQUEST_FLAWS, ...TRANSCRIPT_FLAWS];
  it.each(flaws)('%s', async (_rule, flaw, checks) => {
    const answerTimeoutMs = flaw.silent ? 3_000 : 9_000;
    expect(failed(await judge(await openDoor(flaw), { answerTimeoutMs })).sort()).toEqual([...checks].sort());
  });
});

describe('the deadlines of the handshake', () => {
  /** A machine on the vault's time; during the judge's long waits, `meanwhile` happens. */
  function slowHost({ world }: Door, meanwhile: () => void): Host {
    return {
      ...nodeHost,
      now: () => world.time.now(),
      after(ms, action) {
        if (ms < 10_000) return nodeHost.after(ms, action);
        setImmediate(meanwhile);
        return world.time.timers.after(ms, action);
      },
    };
  }
  async function slow(meanwhile: (door: Door) => void, flaw?: Flaw): Promise<string[]> {
    const door = await openDoor(flaw);
    return failed(await judge(door, { host: slowHost(door, () => meanwhile(door)), slow: true }));
  }
  const bothChecks = [
    'hangs up 10 s after a connection without hello',
    'hangs up 10 s after hello without a proof',
  ];

  it('are kept by the real one', async () => {
    expect(await slow(({ world }) => void world.time.pass(10_000))).toEqual([]);
  });

  it('are missed by one that waits for ever', async () => {
    const patient: Flaw = { hangsUp: ({ answers }) => answers.some((answer) => 'error' in answer) };
    expect(await slow(({ world }) => void world.time.pass(13_000), patient)).toEqual(bothChecks);
  });

  it('are missed by one that does not wait at all', async () => {
    expect(await slow((door) => door.hangUp())).toEqual(bothChecks);
  });
});
