import { spawn } from 'node:child_process';

/** So long a program may run before it counts as the browser itself: without a desktop `xdg-open` waits for its end. */
const BROWSER_MS = 30_000;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Opens a page by what Linux desktops have for it, one after the other; false when none of them opens anything.
 * Electron's own way tells nothing of how `xdg-open` ended, be it missing or without a browser (exit codes 3
 * and 4).
 */
export async function openOnLinux(url: string, env: Env, browserMs = BROWSER_MS): Promise<boolean> {
  for (const [program = '', ...args] of waysToOpen(env)) {
    if (await opens(program, [...args, url], env, browserMs)) return true;
  }
  return false;
}

function waysToOpen(env: Env): string[][] {
  // The browsers of a person who has none of the rest: https://man.archlinux.org/man/xdg-open.1
  const named = (env.BROWSER ?? '')
    .split(':')
    .map((command) => command.replace(/%s/g, '').trim().split(/\s+/));
  const wsl = [['wslview']];
  return [['xdg-open'], ...named.filter(([program]) => program), ...wsl, ['gio', 'open']];
}

function opens(program: string, args: readonly string[], env: Env, browserMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    // Electron writes its own word for the desktop over the one that `xdg-open` is to read.
    const desktop = env.ORIGINAL_XDG_CURRENT_DESKTOP ?? env.XDG_CURRENT_DESKTOP;
    const child = spawn(program, args, {
      env: { ...env, ...(desktop !== undefined && { XDG_CURRENT_DESKTOP: desktop }) },
      stdio: 'ignore',
      detached: true, // it may turn into the browser, which outlives Castkey
    });
    const timer = setTimeout(() => settle(true), browserMs);
    const settle = (opened: boolean): void => {
      clearTimeout(timer);
      child.unref();
      resolve(opened);
    };
    child.once('error', () => settle(false)); // not installed
    child.once('exit', (code) => settle(code === 0));
  });
}
