import { describe, expect, it } from 'vitest';
import { type Finding, isSound } from '../../../clients/conformance/finding.ts';
import { type JudgeVaultOptions, judgeVault } from '../../../clients/conformance/vault/judge-vault.ts';
import { type Host, nodeHost } from '../../../clients/javascript/src/host.ts';
import { click } from '../../support/vault-fixture.ts';
import { BOT_NAME, type Flaw, type FlawedVaultFixture, openFlawedVault } from './flawed-vault-fixture.ts';
import { HANDSHAKE_FLAWS } from './vault-flaws/handshake-flaws.ts';
import { LINE_FLAWS } from './vault-flaws/line-flaws.ts';
import { REQUEST_FLAWS } from './vault-flaws/request-flaws.ts';
import { TRANSCRIPT_FLAWS } from './vault-flaws/transcript-flaws.ts';

const failed = (findings: readonly Finding[]): string[] =>
  findings.filter(({ state }) => state === 'FAIL').map(({ check }) => check);

function judge(
  { path, keyFile }: FlawedVaultFixture,
  more: Partial<JudgeVaultOptions> = {},
): Promise<Finding[]> {
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
    const fixture = await openFlawedVault();
    const heard: Finding[] = [];
    const findings = await judge(fixture, { onFinding: (finding) => heard.push(finding) });
    expect(failed(findings)).toEqual([]);
    expect(heard).toEqual(findings);
    expect(findings.filter(({ state }) => state === 'ok').length).toBeGreaterThan(45);
    expect(findings.filter(({ state }) => state === 'skip').map(({ why }) => why)).toEqual([
      'only with --slow',
      'only with --slow',
    ]);
    expect(fixture.vaultFixture.approval.shown).toHaveLength(1); // the bot's own pairing
    expect(fixture.vaultFixture.signIn.current).toBeNull();
  });

  it('passes an older one that answers a subscription with a number alone, and says so', async () => {
    const flaw: Flaw = {
      says: (answer, { method }) => {
        const { seq } = (answer.result ?? {}) as { seq?: number };
        return method === 'subscribe' ? { ...answer, result: { seq } } : answer;
      },
    };
    const findings = await judge(await openFlawedVault(flaw));
    expect(failed(findings)).toEqual([]);
    const why = 'an older vault: it answers subscribe with a number alone';
    expect(findings.filter((one) => one.why === why)).toHaveLength(2);
  });

  it('says what it could not try without a key', async () => {
    const fixture = await openFlawedVault();
    const findings = await judge(fixture, { keyFile: `${fixture.keyFile}.none` });
    expect(isSound(findings)).toBe(true);
    const skipped = findings.filter(({ why }) => why === `no key for "${BOT_NAME}": run it once with --pair`);
    expect(skipped.length).toBeGreaterThan(15);
  });

  it('pairs when told to, and needs no click the next time', async () => {
    let asked = (): void => {};
    const pairing = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const fixture = await openFlawedVault({
      hears(bytes) {
        if (bytes.includes('"method":"pair"')) asked();
        return bytes;
      },
    });
    const keyFile = `${fixture.keyFile}.new`;
    const judging = judge(fixture, { keyFile, pairMs: 60_000 });
    await pairing;
    await click(fixture.vaultFixture, 'always');
    const findings = await judging;
    expect(failed(findings)).toEqual([]);
    expect(findings[0]).toMatchObject({ check: 'pairs, and gives a key', state: 'ok' });
    expect(failed(await judge(fixture, { keyFile }))).toEqual([]);
    expect(fixture.vaultFixture.approval.shown).toHaveLength(2);
  });

  it('ends when nobody answers', async () => {
    const fixture = await openFlawedVault();
    await expect(judge({ ...fixture, path: `${fixture.path}.none` })).rejects.toMatchObject({
      code: 'vault-not-running',
    });
  });
});

describe('the judge of vaults finds the one rule a vault breaks', () => {
  const flaws = [...HANDSHAKE_FLAWS, ...LINE_FLAWS, ...REQUEST_FLAWS, ...TRANSCRIPT_FLAWS];
  it.each(flaws)('%s', async (_rule, flaw, checks) => {
    const answerTimeoutMs = flaw.silent ? 3_000 : 9_000;
    expect(failed(await judge(await openFlawedVault(flaw), { answerTimeoutMs })).sort()).toEqual(
      [...checks].sort(),
    );
  });
});

describe('the deadlines of the handshake', () => {
  /** A machine on the vault's time; during the judge's long waits, `meanwhile` happens. */
  function slowHost({ vaultFixture }: FlawedVaultFixture, meanwhile: () => void): Host {
    return {
      ...nodeHost,
      now: () => vaultFixture.time.now(),
      after(ms, action) {
        if (ms < 10_000) return nodeHost.after(ms, action);
        setImmediate(meanwhile);
        return vaultFixture.time.timers.after(ms, action);
      },
    };
  }
  async function slow(meanwhile: (fixture: FlawedVaultFixture) => void, flaw?: Flaw): Promise<string[]> {
    const fixture = await openFlawedVault(flaw);
    return failed(await judge(fixture, { host: slowHost(fixture, () => meanwhile(fixture)), slow: true }));
  }
  const bothChecks = [
    'hangs up 10 s after a connection without hello',
    'hangs up 10 s after hello without a proof',
  ];

  it('are kept by the real one', async () => {
    expect(await slow(({ vaultFixture }) => void vaultFixture.time.pass(10_000))).toEqual([]);
  });

  it('are missed by one that waits for ever', async () => {
    const patient: Flaw = { hangsUp: ({ answers }) => answers.some((answer) => 'error' in answer) };
    expect(await slow(({ vaultFixture }) => void vaultFixture.time.pass(13_000), patient)).toEqual(
      bothChecks,
    );
  });

  it('are missed by one that does not wait at all', async () => {
    expect(await slow((fixture) => fixture.hangUp())).toEqual(bothChecks);
  });
});
