import { describe, expect, it } from 'vitest';
import { LACED } from '../../../clients/conformance/client/hostile-scenarios.ts';
import { judgeClient } from '../../../clients/conformance/client/judge-client.ts';
import type { Scenario } from '../../../clients/conformance/client/scenario.ts';
import { nodeHost } from '../../../clients/javascript/src/host.ts';
import { ASKING } from './asking-scenarios.ts';
import { type Ended, startDriver } from './client-driver.ts';
import { NOBODY, USER } from './language-vault-fixture.ts';
import { WHOLE_JUDGE } from './long-form.ts';
import {
  type Client,
  type Language,
  type ScenarioFixture,
  secretsOf,
  withScenarioFixture,
} from './scenario-fixture.ts';
import { SCENARIOS } from './scenarios.ts';
import { VECTORS } from './vectors.ts';

/** Milliseconds for a test. It takes seconds, but Mono may take a minute to end a program on a busy computer. */
const TIMEOUT_MS = 180_000;

/** What tests get of a language, or why there are none here. */
export type Found<T> = () => T | { readonly missing: string };

type Test<T> = (title: string, scenario: (found: T) => Promise<void>) => void;

const testsOf =
  <T extends object>(find: Found<T>): Test<T> =>
  (title, scenario) => {
    it.concurrent(title, { timeout: TIMEOUT_MS }, async ({ skip }) => {
      const found = find();
      if ('missing' in found) skip(found.missing);
      else await scenario(found);
    });
  };

/** Puts a client through all scenarios, and through the vectors. */
export function conforms(name: string, find: Found<Client>): void {
  actsAsOthers(name, find, { ...SCENARIOS, ...ASKING });
  describe(name, () => {
    const test = testsOf(find);
    for (const [part, check] of Object.entries(VECTORS)) {
      test(`computes the vectors: ${part}`, async ({ driver, env }) => {
        const running = startDriver(driver, { ...env, LANG: 'C.UTF-8' });
        await check(running);
        expect(await running.finish()).toMatchObject({ code: 0, err: '' });
      });
    }
  });
}

/** Puts a client through some scenarios: one that is the code of another, with a face of its own. */
export function actsAsOthers(name: string, find: Found<Client>, scenarios: typeof SCENARIOS): void {
  describe(name, () => {
    const test = testsOf(find);
    for (const [title, scenario] of Object.entries(scenarios))
      test(title, (client) => withScenarioFixture(client, scenario));
  });
}

/** Runs the programs that come as examples, as their README says; `scenarios` are those of the judge. */
export function runs(
  name: string,
  bots: readonly string[],
  find: Found<Language>,
  scenarios: readonly Scenario[] = WHOLE_JUDGE,
): void {
  describe(name, () => {
    const test = testsOf(find);
    test('print_token prints the token and nothing else', (language) =>
      withScenarioFixture(language, async (fixture) => judge(fixture, language.printToken)));
    test('print_token passes before the judge, who gives it tokens that would command a terminal, too', (language) =>
      passesBeforeJudge(language, scenarios));
    for (const bot of bots) {
      test(`${bot} has a dead token replaced, and says none`, (language) =>
        withScenarioFixture(language, async (fixture) =>
          replacesDeadToken(fixture, language.bots[bot] ?? []),
        ));
    }
  });
}

/** The judge of clients, as bot authors run it. */
async function passesBeforeJudge(
  { env = {}, printToken }: Language,
  scenarios: readonly Scenario[],
): Promise<void> {
  const findings = await judgeClient({
    host: { ...nodeHost, env: { ...process.env, ...env, LANG: 'C.UTF-8' } },
    command: printToken,
    timeoutMs: 60_000,
    onFinding: () => {},
    stop: new AbortController().signal,
    scenarios,
  });
  expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(findings.length).toBeGreaterThan(LACED.length);
}

/** docs/protocol.md, “Judging a client”. */
async function judge({ vault, run }: ScenarioFixture, command: readonly string[]): Promise<void> {
  const { code, out, err } = await run(command, { CASTKEY_TEST_USER: USER });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(vault.twitch.control.issuedTokens()).toContain(out.replace(/\n$/, ''));
  refused(await run(command, { CASTKEY_TEST_USER: NOBODY }), 'unknown-user');
  await vault.vault.actions['vault.lock'].run();
  refused(await run(command, { CASTKEY_TEST_USER: USER }), 'locked');
}

function refused({ code, out, err }: Ended, why: string): void {
  expect({ failed: code !== 0, out }).toEqual({ failed: true, out: '' });
  expect(err).toContain(why);
}

/** Twitch has ended the token before the vault knows: the bot's first call is a 401. */
async function replacesDeadToken(fixture: ScenarioFixture, command: readonly string[]): Promise<void> {
  const { vault, run, keyFile } = fixture;
  const env = { TWITCH_HELIX: `${vault.twitch.url}/helix` };
  const bot = [...command, USER];
  const refreshes = (): number => vault.recorded.requests.filter(({ params }) => params.rejected).length;
  const first = await run(bot, env);
  expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/luna_streams/i), err: '' });
  expect(refreshes()).toBe(0);
  vault.twitch.control.expireTokens();
  const second = await run(bot, env);
  expect(second).toMatchObject({ code: 0, out: expect.stringMatching(/luna_streams/i), err: '' });
  expect(refreshes()).toBe(1);
  const said = first.out + second.out;
  expect(secretsOf(vault, keyFile).filter((secret) => said.includes(secret))).toEqual([]);
}
