import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeClient } from '../../../clients/conformance/client/judge-client.ts';
import { SCENARIOS } from '../../../clients/conformance/client/scenarios.ts';
import { type Finding, isSound } from '../../../clients/conformance/finding.ts';
import { nodeHost } from '../../../clients/javascript/src/host.ts';

const PLAIN = fileURLToPath(new URL('plain-client.mjs', import.meta.url));
const LIBRARY = fileURLToPath(new URL('library-client.mjs', import.meta.url));

const STRANGE = 'unknown fields, events and notifications, and a line of 64 KiB';
const OLDER = 'a vault that answers subscribe with a number alone';
const EVENTS = 'events with accounts in them, and a state';
const PARTS = 'a state in two parts';
const SHARED = 'a key file that others can read';
const DAMAGED = 'a damaged key file';

const failed = (findings: readonly Finding[]): string[] =>
  findings.filter(({ state }) => state === 'FAIL').map(({ check }) => check);

/**
 * Judges a command; `breaking` is the rule it breaks, `scenarios` the names of those to play besides the
 * first.
 */
async function judge(command: string[], breaking = '', scenarios?: string[]): Promise<Finding[]> {
  const chosen = SCENARIOS.filter(({ name }, index) => index === 0 || !scenarios || scenarios.includes(name));
  expect(chosen).toHaveLength(scenarios ? scenarios.length + 1 : SCENARIOS.length);
  const heard: Finding[] = [];
  const findings = await judgeClient({
    host: { ...nodeHost, env: { ...process.env, BREAK: breaking } },
    command,
    timeoutMs: breaking === 'waits for ever' ? 1_000 : 20_000,
    onFinding: (finding) => heard.push(finding),
    scenarios: chosen,
    stop: new AbortController().signal,
  });
  expect(heard).toEqual(findings);
  return findings;
}

describe('the judge of clients', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ck-judge-'));
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    const configFile = join(root, 'vite.config.ts');
    for (const mode of ['client-cli', 'client']) {
      await build({ root, configFile, mode, logLevel: 'error', build: { outDir: folder } });
    }
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('passes the castkey command', async () => {
    const command = [
      process.execPath,
      join(folder, 'cli.js'),
      'token',
      '--user',
      '{user}',
      '--scope',
      'chat:read',
    ];
    const findings = await judge(command);
    expect(failed(findings)).toEqual([]);
    expect(findings.length).toBeGreaterThan(50);
    expect(findings.every(({ state }) => state === 'ok')).toBe(true);
  }, 60_000);

  it('passes a program on the library', async () => {
    const scenarios = [
      'second start',
      'answers in another order',
      'paired: false for its key',
      'a restart of the vault',
    ];
    expect(failed(await judge([process.execPath, LIBRARY, join(folder, 'index.js')], '', scenarios))).toEqual(
      [],
    );
  }, 60_000);

  it('passes a client that was written from the document alone', async () => {
    expect(failed(await judge([process.execPath, PLAIN]))).toEqual([]);
  }, 60_000);

  it('fails a command that is not there, and skips what needs a key', async () => {
    const findings = await judge(['/no/such/program'], '', ['second start']);
    expect(isSound(findings)).toBe(false);
    expect(failed(findings)).toContain('first start: prints the token, exits with 0');
    expect(findings.find(({ check }) => check.startsWith('second start'))).toMatchObject({
      state: 'skip',
      why: 'the first start left no key file',
    });
  });

  it('stops when told to, and kills what it runs', async () => {
    const stop = new AbortController();
    const script = "process.kill(process.ppid, 'SIGUSR2'); setInterval(() => {}, 1000)";
    const command = [process.execPath, '-e', script];
    const running = once(process as NodeJS.EventEmitter, 'SIGUSR2');
    const judging = judgeClient({
      host: nodeHost,
      command,
      timeoutMs: 60_000,
      onFinding: () => {},
      stop: stop.signal,
    });
    await running;
    stop.abort();
    expect(await judging).toEqual([]);
  });

  const first = (...words: string[]) => words.map((one) => `first start: ${one}`);
  const prints = 'prints the token, exits with 0';
  const hangsUp = 'says nothing after hello';
  const fails = 'fails: nothing printed, another exit code than 0';
  const all = (words: string) => `in all runs: ${words}`;
  it.each<[rule: string, scenarios: string[], checks: string[]]>([
    ['a short nonce', [], first('says a right hello')],
    ['no name', [], first('says a right hello')],
    ['no scope', [], first('asks for the token of the user, with the scope')],
    ['another user', [], first('asks for the token of the user, with the scope', prints)],
    ['chatty', [], first(prints)],
    ['a public key file', [], first('keeps the key for its owner alone')],
    ['another key form', [], first('keeps the key in the common form')],
    [
      'always pairs',
      ['second start'],
      ['second start: proves its key, and does not pair', 'second start: leaves its key file alone'],
    ],
    ['a chunk is a line', ['answers byte by byte'], [`answers byte by byte: ${prints}`]],
    ['any answer will do', [STRANGE], [`${STRANGE}: ${prints}`]],
    ['knows every event', [STRANGE], [`${STRANGE}: ${prints}`]],
    ['short lines', [STRANGE], [`${STRANGE}: ${prints}`]],
    ['needs a state', [OLDER], [`${OLDER}: ${prints}`]],
    ['one part is all', [PARTS], [`${PARTS}: ${prints}`]],
    ['knows every event', [EVENTS], [`${EVENTS}: ${prints}`]],
    [
      'hands on anything',
      ['a token with a line break', 'a token with an escape'],
      ['a token with a line break', 'a token with an escape'].map(
        (one) => `${one}: hands none of it on, and fails`,
      ),
    ],
    ['any proof', ['a wrong proof'], [`a wrong proof: ${hangsUp}`, `a wrong proof: ${fails}`]],
    ['no proof needed', ['no proof'], [`no proof: ${hangsUp}`, `no proof: ${fails}`]],
    [
      'either proof',
      ["the client's kind of proof"],
      [`the client's kind of proof: ${hangsUp}`, `the client's kind of proof: ${fails}`],
    ],
    ['any nonce', ['a nonce of 8 bytes'], [`a nonce of 8 bytes: ${hangsUp}`, `a nonce of 8 bytes: ${fails}`]],
    ['any protocol', ['another protocol'], [`another protocol: ${hangsUp}`, `another protocol: ${fails}`]],
    [
      'no code',
      ['denied', 'locked at hello'],
      ['denied: fails and tells: denied', 'locked at hello: fails and tells: locked'],
    ],
    ['exits with 0', ['locked'], ['locked: fails and tells: locked']],
    ['errors on the output', ['locked'], ['locked: fails and tells: locked']],
    ['null is no error', ['an unknown account'], ['an unknown account: fails and tells: unknown-user']],
    [
      'loses its key',
      ['paired: false for its key'],
      ['paired: false for its key: does not lose the key it has'],
    ],
    ['uses a shared key file', [SHARED], [`${SHARED}: does not use it, and fails`]],
    [
      'pairs over a damaged file',
      [DAMAGED],
      [`${DAMAGED}: does not pair, and fails`, `${DAMAGED}: does not overwrite it`],
    ],
    ['long lines', ['a line over 64 KiB'], ['a line over 64 KiB: believes nothing behind it, and fails']],
    [
      'loose UTF-8',
      ['a line that is no UTF-8'],
      ['a line that is no UTF-8: believes nothing behind it, and fails'],
    ],
    [
      'skips bad lines',
      ['a line that is no JSON'],
      ['a line that is no JSON: believes nothing behind it, and fails'],
    ],
    ['waits for ever', ['a vault that hangs up'], [`a vault that hangs up: ${fails}`]],
    ['no ids', [], [all('sends JSON-RPC requests, one a line')]],
    ['one id for all', [], [all('no two requests of a connection share an id')]],
    ['one nonce for all', ['second start'], [all('no nonce comes twice')]],
    ['shows its key', [], [all('its key is neither sent nor printed')]],
    ['shows the token', [], [all('no token is on the error output')]],
  ])(
    'finds the one rule a client breaks: %s',
    async (rule, scenarios, checks) => {
      expect(failed(await judge([process.execPath, PLAIN], rule, scenarios)).sort()).toEqual(checks.sort());
    },
    30_000,
  );
});
