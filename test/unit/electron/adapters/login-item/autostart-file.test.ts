import { describe, expect, it } from 'vitest';
import { autostartFile, desktopEntry } from '../../../../../electron/adapters/login-item/autostart-file.ts';

const exec = (program: string, args: string[] = [], env: Record<string, string> = {}): string | undefined =>
  /^Exec=(.*)$/m.exec(desktopEntry({ program, args, env }))?.[1];

describe('the autostart file', () => {
  it('starts Castkey hidden, with what it needs to find its profile', () => {
    expect(exec('/opt/Castkey/castkey', ['--hidden'])).toBe('"/opt/Castkey/castkey" "--hidden"');
    expect(exec('/opt/castkey', ['--hidden'], { CASTKEY_HOME: '/data/my vault' })).toBe(
      '"/usr/bin/env" "CASTKEY_HOME=/data/my vault" "/opt/castkey" "--hidden"',
    );
  });

  it.each([
    ['/opt/100%/castkey', '"/opt/100%%/castkey"'],
    ['/opt/a"b', String.raw`"/opt/a\\"b"`],
    ['/opt/$HOME', String.raw`"/opt/\\$HOME"`],
    ['/opt/`id`', '"/opt/\\\\`id\\\\`"'],
    ['/opt/a\\b', String.raw`"/opt/a\\\\b"`],
    ['/opt/a\nExec=evil', String.raw`"/opt/a\nExec=evil"`],
  ])('quotes %s', (program, quoted) => {
    expect(exec(program)).toBe(quoted);
  });

  it('lies where XDG says, if that is absolute', () => {
    expect(autostartFile({ XDG_CONFIG_HOME: '/x' })).toBe('/x/autostart/castkey.desktop');
    expect(autostartFile({ XDG_CONFIG_HOME: 'x' })).toMatch(/\.config\/autostart\/castkey\.desktop$/);
    expect(autostartFile({})).toMatch(/\.config\/autostart\/castkey\.desktop$/);
  });
});
