import { describe, expect, it } from 'vitest';
import {
  findUnsafeFlags,
  UNSAFE_FLAGS,
  unsafeFlagsProblem,
} from '../../../../electron/policy/unsafe-flags.ts';

const start = (args: string[], more: Partial<Parameters<typeof findUnsafeFlags>[0]> = {}) =>
  findUnsafeFlags({ argv: ['castkey', ...args], env: {}, platform: 'linux', root: false, ...more });

describe('unsafe flags and variables of a start', () => {
  it.each([
    ['--inspect', 'inspect*'],
    ['--inspect=0.0.0.0:9229', 'inspect*'],
    ['--inspect-brk', 'inspect*'],
    ['--inspect_brk', 'inspect*'],
    ['-inspect', 'inspect*'],
    ['--INSPECT=1', 'inspect*'],
    [' --inspect', 'inspect*'],
    ['--remote-debugging-port=0', 'remote-debugging-*'],
    ['--remote-debugging-pipe', 'remote-debugging-*'],
    ['--js-flags=--inspect', 'js-flags'],
    ['--host-rules=MAP * 1.2.3.4', 'host-rules'],
    ['--host-resolver-rules=MAP * 1.2.3.4', 'host-resolver-rules'],
    ['--ignore-certificate-errors', 'ignore-certificate-errors*'],
    ['--ignore-certificate-errors-spki-list=a', 'ignore-certificate-errors*'],
    ['--proxy-server=http://a', 'proxy-*'],
    ['--proxy-pac-url=http://a', 'proxy-*'],
    ['--log-net-log=/tmp/a', 'log-net-log'],
    ['--enable-logging=file', 'enable-logging'],
    ['--log-file=/tmp/a', 'log-file'],
    ['--ssl-key-log-file=/tmp/a', 'ssl-key-log-file'],
    ['--load-extension=/tmp/a', 'load-extension'],
    ['--disable-web-security', 'disable-web-security'],
    ['--allow-running-insecure-content', 'allow-running-insecure-content'],
    ['--no-sandbox', 'no-sandbox*'],
    ['--no-sandbox-and-elevated', 'no-sandbox*'],
    ['--browser-subprocess-path=/tmp/a', 'browser-subprocess-path'],
    ['--enable-features=a', 'enable-features'],
    ['--disable-features=NetworkServiceSandbox', 'disable-features'],
    ['--disable-setuid-sandbox', 'disable-*-sandbox'],
    ['--disable-seccomp-filter-sandbox', 'disable-*-sandbox'],
    ['--use-mock-keychain', 'use-mock-keychain'],
    ['--enable-crash-reporter', 'enable-crash*'],
    ['-r', 'r'],
  ])('%s is %s', (flag, name) => {
    expect(start(['/opt/castkey', flag, '--hidden']).map((flag) => flag.name)).toEqual([name]);
  });

  it.each([
    [['--hidden', '--sandbox', '--ozone-platform=headless', '--password-store=basic']],
    [['/srv/--inspect', 'inspect', '–-inspect']],
    [['--', '--inspect=0', '--proxy-server=a']],
    [['--inspection-free', '--inspec'].slice(1)],
    [['--disable-sandbox-not', '--disable-gpu']],
  ])('%j opens none', (args) => {
    expect(start(args)).toEqual([]);
  });

  it('takes a slash for a flag on Windows alone', () => {
    expect(start(['/inspect:9229'], { platform: 'win32' })).toHaveLength(1);
    expect(start(['/inspect'])).toEqual([]);
  });

  it('lets root go without the sandbox, which is not for root', () => {
    expect(start(['--no-sandbox'], { root: true })).toEqual([]);
    expect(start(['--no-sandbox', '--single-process'], { root: true })).toHaveLength(1);
  });

  it.each([
    ['NODE_OPTIONS', 'restart'],
    ['NODE_EXTRA_CA_CERTS', 'restart'],
    ['CHROME_DEVEL_SANDBOX', 'restart'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', 'dropped'],
    ['SSLKEYLOGFILE', 'dropped'],
  ])('%s is seen, unless it is empty, and its fate is %s', (name, fate) => {
    expect(start([], { env: { [name]: 'x' } })).toMatchObject([{ name, fate, written: name }]);
    expect(start([], { env: { [name]: '' } })).toEqual([]);
  });

  it('quotes no value of a flag, which may be a secret', () => {
    const told = unsafeFlagsProblem(start(['--proxy-server=http://me:hush@a']));
    expect(told).toContain('--proxy-server (it would lead what is meant for Twitch elsewhere)');
    expect(told).not.toContain('hush');
  });

  it('has a reason for each, and each once', () => {
    expect(UNSAFE_FLAGS.every(({ why }) => why.length > 10)).toBe(true);
    expect(new Set(UNSAFE_FLAGS.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(UNSAFE_FLAGS.length);
  });
});
