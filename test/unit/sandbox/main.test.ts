import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as streamText } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

const entry = fileURLToPath(new URL('../../../sandbox/main.ts', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-main-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true, target: 'node' },
    build: { ssr: true, target: 'node20', outDir: folder, rolldownOptions: { input: entry } },
  });
}, 30_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  const child = spawn(process.execPath, [join(folder, 'main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, exit };
}

test('prints its URL on one line, and ends when told to', async () => {
  const { child, exit } = run('--port', '0', '--lifetime', '77');
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data: Buffer) => resolve(String(data))),
  );
  expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
  const state = (await (await fetch(`${line.trim()}/sandbox/state`)).json()) as {
    settings: { lifetime: number };
  };
  expect(state.settings.lifetime).toBe(77);
  child.kill('SIGTERM');
  expect(await exit).toBe(process.platform === 'win32' ? null : 0);
});

test.each([
  [['--port', 'x'], '--port takes a whole number'],
  [['--lifetime', '0'], '--lifetime takes a whole number'],
  [['--nonsense'], 'nonsense'],
])('refuses %j', async (args, message) => {
  const { child, exit } = run(...args);
  const [errors, code] = await Promise.all([streamText(child.stderr), exit]);
  expect(errors).toContain(message);
  expect(code).toBe(1);
});
