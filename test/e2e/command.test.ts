import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LOGINS, LUNA } from '../support/people.ts';
import { type CastkeyFixture, openCastkeyFixture } from './castkey-fixture.ts';
import { answerApproval, cardOf } from './window-actions.ts';

const CLI = resolve(import.meta.dirname, '../../clients/javascript/dist/cli.js');

interface Program {
  readonly process: ChildProcess;
  said(): string;
  /** Resolves with all it said once this is part of it. */
  until(text: string | RegExp): Promise<RegExpExecArray>;
}

/** Runs the built `castkey`, as the bot of that name, against the fixture's vault. */
function castkey(fixture: CastkeyFixture, ...args: string[]): Program {
  const env = {
    ...process.env,
    CASTKEY_SOCKET: fixture.castkey.socket,
    CASTKEY_KEY_FILE: join(fixture.keys, 'command.json'),
  };
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  return {
    process: child,
    said: () => said,
    async until(text) {
      const pattern = typeof text === 'string' ? new RegExp(text) : text;
      await expect.poll(() => said, { timeout: 20_000 }).toMatch(pattern);
      return pattern.exec(said) as RegExpExecArray;
    },
  };
}

/** Says which token it has: backwards, since the right way round it would be hidden. And the right way round. */
const BOT = `const token = process.env.TWITCH_ACCESS_TOKEN;
  console.log('has <' + [...token].reverse().join('') + '>');
  console.log('logs', token, 'oauth:' + token);
  setInterval(() => {}, 1000);`;
const backwards = (text = ''): string => [...text].reverse().join('');

test('castkey exec: one yes, the token in the program, hidden in its output; a new token restarts it', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const running = castkey(
    fixture,
    ...['exec', '--user', LUNA, '--on-change', 'restart', '--', process.execPath, '-e', BOT],
  );
  await answerApproval(fixture.castkey, 'Always allow');
  const [, first] = await running.until(/has <(\w+)>\nlogs \[token\] \[token\]\n/);
  expect(fixture.twitch.control.issuedTokens()).toContain(backwards(first));

  const main = await fixture.castkey.main();
  await cardOf(main, LOGINS[LUNA]).getByRole('button', { name: 'Refresh', exact: true }).click();
  const [, second] = await running.until(
    /restarting [^\n]+\n(?:.|\n)*has <(\w+)>\nlogs \[token\] \[token\]\n/,
  );
  expect(second).not.toBe(first);
  expect(fixture.twitch.control.issuedTokens()).toContain(backwards(second));
  for (const token of fixture.twitch.control.issuedTokens()) expect(running.said()).not.toContain(token);

  running.process.kill('SIGTERM');
  const [code] = await once(running.process, 'exit');
  expect(code).toBe(143);
});

test('castkey doctor and status: the real vault, its keychain and its pretend Twitch', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const pairing = castkey(fixture, 'pair', '--user', LUNA);
  await answerApproval(fixture.castkey, 'Always allow');
  expect(await once(pairing.process, 'exit')).toEqual([0, null]);

  const status = castkey(fixture, 'status', '--json');
  expect(await once(status.process, 'close')).toEqual([0, null]);
  expect(JSON.parse(status.said())).toMatchObject({
    vault: { app: 'public', twitch: 'stand-in' },
    users: [{ login: LOGINS[LUNA], state: 'ok' }],
  });

  const doctor = castkey(fixture, 'doctor', '--json');
  await once(doctor.process, 'close');
  const { findings } = JSON.parse(doctor.said()) as { findings: { check: string; state: string }[] };
  const states = Object.fromEntries(findings.map(({ check, state }) => [check, state]));
  expect(states).toMatchObject({
    socket: 'ok',
    folder: 'ok',
    key: 'ok',
    answer: 'ok',
    app: 'ok',
    accounts: 'ok',
  });
});
