/** The streamer's own browser: an `xdg-open` that only writes down what it is asked to open. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';

export interface Browser {
  /** To be put into Castkey's environment. */
  env: Record<string, string>;
  /** Has it end, if it hasn't. */
  close(): void;
  /** Without one `xdg-open` ends with 3, and so does what else might open a page. */
  installed(is: boolean): void;
  /** The first page it was asked to open, waited for. */
  opened(): Promise<string>;
}

/** `stays`: it goes on running until `close`, as a browser does, so that its command line can be seen. */
export function recordingBrowser(folder: string, ending: 'ends' | 'stays' = 'ends'): Browser {
  const log = join(folder, 'opened.txt');
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const gone = join(folder, 'gone');
  const end = join(folder, 'end');
  const wait = ending === 'stays' ? `until [ -e '${end}' ] || [ ! -e "$0" ]; do sleep 0.1; done\n` : '';
  for (const program of ['xdg-open', 'gio', 'wslview']) {
    const script = join(bin, program);
    const note = `[ -e '${gone}' ] && exit 3\nprintf '%s\\n' "$1" >> '${log}'`;
    writeFileSync(script, `#!/bin/sh\n${note}\n${wait}`);
    chmodSync(script, 0o755);
  }
  return {
    env: { PATH: `${bin}:${process.env.PATH}` },
    close: () => writeFileSync(end, ''),
    installed: (is) => (is ? rmSync(gone, { force: true }) : writeFileSync(gone, '')),
    opened: () =>
      vi.waitFor(
        () => {
          const [line] = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
          if (!line) throw new Error('no page was opened in the browser');
          return line;
        },
        { timeout: 10_000, interval: 50 },
      ),
  };
}

/** Answers a consent page as a browser would, over plain HTTP. */
export async function decideOverHttp(
  url: string,
  userId: string,
  decision: 'authorize' | 'cancel',
): Promise<void> {
  const page = await (await fetch(url)).text();
  const ticket = /name="ticket" value="(\w+)"/.exec(page)?.[1];
  if (ticket === undefined) throw new Error('that page asks no question');
  const { origin } = new URL(url);
  const body = new URLSearchParams({ ticket, account: userId, decision });
  const reply = await fetch(`${origin}/consent`, {
    method: 'POST',
    body,
    headers: { origin },
    redirect: 'manual',
  });
  if (reply.status >= 400) throw new Error(`the consent was refused with status ${reply.status}`);
}
