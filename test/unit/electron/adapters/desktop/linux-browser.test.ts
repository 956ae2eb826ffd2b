import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOnLinux } from '../../../../../electron/adapters/desktop/linux-browser.ts';

const URL = 'https://www.twitch.tv/activate';
let folder: string;
beforeEach(({ skip }) => {
  if (process.platform === 'win32') skip('the programs are shell scripts');
  folder = mkdtempSync(join(tmpdir(), 'ck-browser-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Programs that write down what they are given, and then do this. */
function desktop(programs: Record<string, string>, env: Record<string, string> = {}) {
  for (const [name, then] of Object.entries(programs)) {
    const file = join(folder, name);
    const note = `echo "${name} $* $XDG_CURRENT_DESKTOP" >> '${join(folder, 'ran')}'`;
    writeFileSync(file, `#!/bin/sh\n${note}\n${then}\n`);
    chmodSync(file, 0o755);
  }
  return { PATH: folder, ...env };
}
const ran = (): string[] => {
  const file = join(folder, 'ran');
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.trim())
    : [];
};

describe('a page on Linux', () => {
  it.each([
    ['xdg-open', { 'xdg-open': 'exit 0' }, {}, [`xdg-open ${URL}`]],
    [
      'xdg-open, on the desktop that was',
      { 'xdg-open': '' },
      { XDG_CURRENT_DESKTOP: 'Unity', ORIGINAL_XDG_CURRENT_DESKTOP: 'KDE' },
      [`xdg-open ${URL} KDE`],
    ],
    [
      'BROWSER when xdg-open finds none',
      { 'xdg-open': 'exit 3', mine: '' },
      { BROWSER: 'gone:mine --new %s' },
      [`xdg-open ${URL}`, `mine --new ${URL}`],
    ],
    ['wslview without xdg-open', { wslview: '' }, {}, [`wslview ${URL}`]],
    [
      'gio when xdg-open fails',
      { 'xdg-open': 'exit 4', gio: '' },
      {},
      [`xdg-open ${URL}`, `gio open ${URL}`],
    ],
  ])('is opened by %s', async (_, programs, env, expected) => {
    expect(
      await openOnLinux(URL, desktop(programs as Record<string, string>, env as Record<string, string>)),
    ).toBe(true);
    expect(ran()).toEqual(expected);
  });

  it.each([
    ['nothing is there', {}, {}],
    ['xdg-open finds no browser', { 'xdg-open': 'exit 3' }, {}],
    ['xdg-open fails', { 'xdg-open': 'exit 4' }, {}],
    ['xdg-open is killed', { 'xdg-open': 'kill -9 $$' }, {}],
    [
      'all fail',
      { 'xdg-open': 'exit 3', mine: 'exit 1', wslview: 'exit 1', gio: 'exit 2' },
      { BROWSER: 'mine' },
    ],
  ])('is not opened when %s', async (_, programs, env) => {
    const given = desktop(programs as Record<string, string>, env as Record<string, string>);
    expect(await openOnLinux(URL, given)).toBe(false);
    expect(ran()).toHaveLength(Object.keys(programs).length);
  });

  it('counts as opened when the program goes on, as a browser in front of xdg-open does', async () => {
    const stays = `while [ ! -e '${join(folder, 'end')}' ]; do /bin/sleep 0.02; done`;
    expect(await openOnLinux(URL, desktop({ 'xdg-open': stays }), 100)).toBe(true);
    writeFileSync(join(folder, 'end'), '');
  });
});
