/** Programs that ask to be let in, and what the real approval window then is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { ApprovalAnswer, CallResult } from '../../../shared/ipc.ts';
import type { ApprovalView } from '../../../shared/prompt-views.ts';
import type { PairParams } from '../../../shared/protocol.ts';
import { type Answer, dialSocket, newNonce, resultOf } from '../../support/test-bot.ts';
import type { CastkeyFixture } from '../castkey-fixture.ts';
import { findPage, TITLES } from '../castkey-process.ts';

/** A program without a key, on a connection of this process. */
export interface Stranger {
  /** What it hears of its question. */
  answer: Promise<Answer<{ keyId: string; key: string }>>;
  hangUp(): void;
}

/** Asks to be let in as `name`. */
export async function knock(
  { castkey }: CastkeyFixture,
  name: string,
  params: PairParams = {},
): Promise<Stranger> {
  const { bot, hangUp } = await dialSocket(castkey.socket);
  onTestFinished(hangUp);
  resultOf(await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce() }));
  const answer = bot.request('pair', params) as Stranger['answer'];
  return { answer, hangUp };
}

/** The same from a process of its own, which is another program to Castkey; `heard` resolves with the code it is refused with, or its key. */
export function knockFromProcess(
  { castkey }: CastkeyFixture,
  name: string,
  params: PairParams = {},
): { heard: Promise<string>; hangUp(): void } {
  const script = `
    const socket = require('node:net').connect(${JSON.stringify(castkey.socket)});
    const say = (id, method, params) => socket.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }) + '\\n');
    const nonce = require('node:crypto').randomBytes(24).toString('base64url');
    say(1, 'hello', { protocol: 1, client: { name: ${JSON.stringify(name)} }, nonce });
    say(2, 'pair', ${JSON.stringify(params)});
    require('node:readline').createInterface(socket).on('line', (line) => {
      const { id, result, error } = JSON.parse(line);
      if (id === 2) console.log(error ? error.data.code : result.key);
    });
  `;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const heard = new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  return { heard, hangUp: () => void child.kill('SIGKILL') };
}

/** The approval window that says this, waited for: another question has another window. */
export function approvalSaying({ castkey }: CastkeyFixture, words: string): Promise<Page> {
  return findPage(
    castkey.app,
    (page) => page.getByText(words).first().isVisible(),
    `window saying “${words}”`,
  );
}

/** The approval windows there are, by the number Electron gives each; `visible` to the person. */
export function approvalWindows({ castkey }: CastkeyFixture): Promise<{ id: number; visible: boolean }[]> {
  return castkey.app.evaluate(
    ({ BrowserWindow }, title) =>
      BrowserWindow.getAllWindows()
        .filter((window) => window.getTitle() === title)
        .map((window) => ({ id: window.id, visible: window.isVisible() })),
    TITLES.approval,
  );
}

/** What the page of an approval window is told, and what it may say. */
export interface ApprovalPage {
  read(): Promise<ApprovalView | null>;
  decide(answer: ApprovalAnswer): Promise<CallResult<void>>;
}

/** The window's own calls, made by its own page: a click as early as one can be. */
export function callsOf(page: Page): ApprovalPage {
  const call = (name: string, arg?: unknown) =>
    page.evaluate(
      ([method, value]) =>
        (globalThis as unknown as { castkey: Record<string, (arg?: unknown) => unknown> }).castkey[
          method as string
        ]?.(value),
      [name, arg],
    );
  return {
    read: async () => (await (call('approval.read') as Promise<{ value: ApprovalView | null }>)).value,
    decide: (answer) => call('approval.decide', answer) as Promise<CallResult<void>>,
  };
}

/** The processes Castkey has started, of one of Chromium's types. */
export function helpersOf(vault: ChildProcess, type: string): number[] {
  return descendants(vault.pid ?? 0).filter((pid) => commandLine(pid).includes(`--type=${type}`));
}

function descendants(root: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(Number(name))]),
  );
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === root || (parent > 1 && isBelow(parent)));
  };
  return [...parents.keys()].filter(isBelow);
}

/** Processes come and go while they are looked at. */
const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
const parentOf = (pid: number): number =>
  Number(/^PPid:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
const commandLine = (pid: number): string => read(`/proc/${pid}/cmdline`);
