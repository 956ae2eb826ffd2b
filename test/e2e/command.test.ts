import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LUNA, type Stage, setStage } from './stage.ts';
import { answerApproval, cardOf } from './streamer.ts';

const CLI = resolve(import.meta.dirname, '../../clients/javascript/dist/cli.js');

interface Program {
  readonly process: ChildProcess;
  said(): string;
  /** Resolves with all it said once this is part of it. */
  until(text: string | RegExp): Promise<RegExpExecArray>;
}

/** Runs the built `castkey`, as the bot of that name, against the stage's vault. */
function castkey(stage: Stage, ...args: string[]): Program {
  const env = {
    ...process.env,
    CASTKEY_SOCKET: stage.castkey.socket,
    CASTKEY_KEY_FILE: join(stage.keys, 'command.json'),
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
  const stage = await setStage({ accounts: [LUNA.login] });
  const running = castkey(
    stage,
    ...['exec', '--user', LUNA.id, '--on-change', 'restart', '--', process.execPath, '-e', BOT],
  );
  await answerApproval(stage.castkey, 'Always allow');
  const [, first] = await running.until(/has <(\w+)>\nlogs \[token\] \[token\]\n/);
  expect(stage.twitch.control.issuedTokens()).toContain(backwards(first));

  const main = await stage.castkey.main();
  await cardOf(main, LUNA.login).getByRole('button', { name: 'Refresh', exact: true }).click();
  const [, second] = await running.until(
    /restarting [^\n]+\n(?:.|\n)*has <(\w+)>\nlogs \[token\] \[token\]\n/,
  );
  expect(second).not.toBe(first);
  expect(stage.twitch.control.issuedTokens()).toContain(backwards(second));
  for (const token of stage.twitch.control.issuedTokens()) expect(running.said()).not.toContain(token);

  running.process.kill('SIGTERM');
  const [code] = await once(running.process, 'exit');
  expect(code).toBe(143);
});

test('castkey doctor and status: the real vault, its keychain and its pretend Twitch', async () => {
  const stage = await setStage({ accounts: [LUNA.login] });
  const pairing = castkey(stage, 'pair', '--user', LUNA.id);
  await answerApproval(stage.castkey, 'Always allow');
  expect(await once(pairing.process, 'exit')).toEqual([0, null]);

  const status = castkey(stage, 'status', '--json');
  expect(await once(status.process, 'close')).toEqual([0, null]);
  expect(JSON.parse(status.said())).toMatchObject({
    vault: { app: 'public', twitch: 'stand-in' },
    users: [{ login: LUNA.login, state: 'ok' }],
  });

  const doctor = castkey(stage, 'doctor', '--json');
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
