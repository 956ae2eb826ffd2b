import { describe, expect, it } from 'vitest';
import { run } from '../../../clients/command/run.ts';
import { nodeHost } from '../../../clients/javascript/src/host.ts';
import { openClientFixture } from '../../support/client-fixture.ts';
import { terminal } from '../../support/terminal-fixture.ts';
import { BOT_NAME, type Flaw, type FlawedVaultFixture, openFlawedVault } from './flawed-vault-fixture.ts';
import { error, instead, paramsOf } from './vault-flaws/flaw.ts';

const { env: _none, ...machine } = nodeHost;
async function castkey(...argv: string[]) {
  const fixture = await openClientFixture();
  const io = { ...terminal(fixture), host: { ...machine, env: {}, homedir: fixture.folder } };
  return { code: await run(argv, io), ...io.printed };
}
const judging = ({ path, keyFile }: FlawedVaultFixture, ...more: string[]) =>
  castkey('conformance', '--socket', path, '--name', BOT_NAME, '--key-file', keyFile, ...more);
const flawed: Flaw = instead(
  (_answer, request) => request.method === 'hello' && 'twitchClientId' in paramsOf(request),
  (answer) => error(answer, 'denied'),
);

describe('castkey conformance', () => {
  it('prints a line for each rule and how many there were, and ends with 0', async () => {
    const { code, out, err } = await judging(await openFlawedVault());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ok {4}§3 {3}answers hello\n/);
    expect(out).toContain('\nskip  §3   hangs up 10 s after hello without a proof: only with --slow\n');
    const lines = out.trimEnd().split('\n');
    const ok = lines.filter((line) => line.startsWith('ok ')).length;
    expect(lines.at(-1)).toBe(`${ok} ok, 0 failed, 2 skipped`);
  });

  it('ends with 1 for a broken rule, and says where it stands and what was found', async () => {
    const { code, out } = await judging(await openFlawedVault(flawed));
    expect(code).toBe(1);
    expect(out).toContain(
      'FAIL  §3   answers a bot for another Twitch application, or refuses it with setup\n        found: the error -32000 denied\n',
    );
    expect(out).toContain(' ok, 1 failed, 2 skipped\n');
  });

  it('gives programs the same as data', async () => {
    const { code, out } = await judging(await openFlawedVault(flawed), '--json');
    const { ok, findings } = JSON.parse(out) as {
      ok: boolean;
      findings: { state: string; section: string }[];
    };
    expect({ code, ok }).toEqual({ code: 1, ok: false });
    expect(findings.filter(({ state }) => state === 'FAIL')).toEqual([
      {
        section: '§3',
        check: 'answers a bot for another Twitch application, or refuses it with setup',
        state: 'FAIL',
        why: 'the error -32000 denied',
      },
    ]);
  });

  it('judges a command as a client, and fails one that is not there', async () => {
    const { code, out } = await castkey(
      'conformance',
      '--client',
      '--json',
      '--',
      '/no/such/client',
      '{user}',
    );
    const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: { state: string; why?: string }[] };
    expect({ code, ok }).toEqual({ code: 1, ok: false });
    expect(findings.filter(({ state }) => state === 'skip').length).toBeGreaterThan(30);
    expect(findings).toContainEqual({
      section: '§12',
      check: 'first start: prints the token, exits with 0',
      state: 'FAIL',
      why: 'the command could not be started (ENOENT)',
    });
  });

  it('ends with 3 when nobody answers', async () => {
    const fixture = await openFlawedVault();
    expect((await judging({ ...fixture, path: `${fixture.path}.none` })).code).toBe(3);
  });

  it.each([
    [['--client'], 'Put the command to judge behind "--"'],
    [['--', 'python3'], 'give --client'],
    [['--timeout', '0'], '--timeout takes 1 to 600 seconds'],
    [['--name', ''], 'A bot needs a name'],
  ])('refuses %j', async (args, words) => {
    const { code, err } = await castkey('conformance', ...args);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});
