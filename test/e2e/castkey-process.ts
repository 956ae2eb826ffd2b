/** Starts the real program in the real Electron, each time on a profile of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, errors, type Page } from 'playwright-core';

const PROJECT = resolve(import.meta.dirname, '../..');
const WAIT_MS = 20_000;
/** A busy machine has taken 20 s until Electron's developer tools answered. */
const START_MS = 45_000;

export interface Castkey {
  app: ElectronApplication;
  process: ChildProcess;
  home: string;
  socket: string;
  /** The window whose title is exactly this, waited for. */
  window(title: string): Promise<Page>;
  main(): Promise<Page>;
  /** Titles of the windows that are visible to the person. */
  visible(): Promise<string[]>;
  /** What the program wrote to its standard output and error, once it had started. */
  output(): string;
  quit(): Promise<void>;
}

export interface LaunchOptions {
  home?: string;
  args?: string[];
  env?: Record<string, string>;
}

export const TITLES = {
  main: 'Castkey',
  approval: 'Castkey: allow a bot',
  signIn: 'Castkey: sign in with Twitch',
} as const;

/** A folder for one profile, removed with `removeHome`. Short, since sockets have short paths. */
export function freshHome(): string {
  return mkdtempSync(join(tmpdir(), 'ck-'));
}

export async function removeHome(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

export function electronPath(): string {
  const path = process.env.CASTKEY_ELECTRON;
  if (!path) throw new Error('CASTKEY_ELECTRON is not set: run these tests through "npm test -- e2e"');
  return path;
}

/** What the Electron executable is given: Chromium does not run sandboxed as root. */
function startArgs({ args = [] }: LaunchOptions): string[] {
  return [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), PROJECT, ...args];
}

/** How to start it without Playwright. */
export function startCommand(options: LaunchOptions): {
  program: string;
  args: string[];
  env: Record<string, string>;
} {
  const env = { ...inherited(), ...(options.home && { CASTKEY_HOME: options.home }), ...options.env };
  return { program: electronPath(), args: startArgs(options), env };
}

export async function launchCastkey(options: LaunchOptions = {}): Promise<Castkey> {
  const home = options.home ?? freshHome();
  const app = await launchTwice({
    executablePath: electronPath(),
    args: startArgs(options),
    env: { ...inherited(), CASTKEY_HOME: home, ...options.env },
    timeout: START_MS,
  });
  const child = app.process(); // Playwright no longer tells once the program has ended
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  }
  return {
    app,
    process: child,
    home,
    socket: options.env?.CASTKEY_SOCKET ?? join(home, 'castkey.sock'),
    window: (title) => findWindow(app, title),
    main: () => findWindow(app, TITLES.main),
    visible: () =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()
          .filter((window) => window.isVisible())
          .map((window) => window.getTitle()),
      ),
    output: () => lines.join(''),
    quit: () => quitApp(app, child),
  };
}

/**
 * On a busy machine Playwright now and then misses that Electron has come up, though it has, and waits in
 * vain; it then ends the program. A Castkey that really hangs does so the second time as well.
 */
async function launchTwice(
  options: NonNullable<Parameters<typeof _electron.launch>[0]>,
): Promise<ElectronApplication> {
  try {
    return await _electron.launch(options);
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    process.stderr.write('Playwright did not see Electron come up; once more\n');
    return _electron.launch(options);
  }
}

/** Starts it as a terminal does, for starts that end by themselves: how it ended and what it said. */
export async function runToEnd(
  options: LaunchOptions,
): Promise<{ code: number | null; out: string; err: string }> {
  const { program, args, env } = startCommand(options);
  const child = spawn(program, args, { env, timeout: START_MS, killSignal: 'SIGKILL' });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

function inherited(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(CASTKEY_|VITEST|NODE_OPTIONS|ELECTRON_RUN_AS_NODE)/.test(name),
  );
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Windows open at any time, so each new one is looked at as well as those already there. */
export async function findPage(
  app: ElectronApplication,
  matches: (page: Page) => Promise<boolean>,
  what: string,
): Promise<Page> {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline) {
    for (const page of app.windows()) {
      if (!page.isClosed() && (await inTime(matches(page)))) return page;
    }
    await app.waitForEvent('window', { timeout: 250 }).catch(() => undefined);
  }
  throw new Error(`no ${what} appeared; there are: ${app.windows().map((page) => page.url().split('?')[0])}`);
}

/** A window that closes while it is asked never answers; that counts as no. */
async function inTime(answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, 1_000, false);
  });
  const said = await Promise.race([answer.catch(() => false), late]);
  clearTimeout(timer);
  return said;
}

function findWindow(app: ElectronApplication, title: string): Promise<Page> {
  // Playwright's own `title()` is empty once a page has been kept from going elsewhere.
  const titled = async (page: Page) => (await page.evaluate(() => document.title)) === title;
  return findPage(app, titled, `window titled "${title}"`);
}

/** Quits as the tray's Quit does, and waits until the process is gone. */
async function quitApp(app: ElectronApplication, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  await app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await gone;
}
